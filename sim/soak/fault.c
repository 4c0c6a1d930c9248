/* Loaded into the server by the soak: makes writes fail with ENOSPC, or syncs with EIO, while a byte says so. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static volatile char *control;

__attribute__((constructor)) static void open_control(void) {
  const char *path = getenv("SOAK_FAULT");
  if (path == NULL) return;
  int fd = open(path, O_RDONLY);
  if (fd < 0) return;
  void *mapped = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
  if (mapped != MAP_FAILED) control = mapped;
  close(fd);
}

static int fails(char kind, int fd) {
  if (control == NULL || *control != kind) return 0;
  struct stat found;
  return fstat(fd, &found) == 0 && S_ISREG(found.st_mode);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FULL(fd) if (fails('w', fd)) { errno = ENOSPC; return -1; }
#define FAILED(fd) if (fails('s', fd)) { errno = EIO; return -1; }

ssize_t write(int fd, const void *bytes, size_t count) { FULL(fd) return REAL(write)(fd, bytes, count); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { FULL(fd) return REAL(pwrite)(fd, bytes, count, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) { FULL(fd) return REAL(pwrite64)(fd, bytes, count, at); }
ssize_t writev(int fd, const struct iovec *parts, int count) { FULL(fd) return REAL(writev)(fd, parts, count); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { FULL(fd) return REAL(pwritev)(fd, parts, count, at); }
int fsync(int fd) { FAILED(fd) return REAL(fsync)(fd); }
int fdatasync(int fd) { FAILED(fd) return REAL(fdatasync)(fd); }
