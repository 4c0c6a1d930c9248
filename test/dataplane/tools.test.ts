/** The volumes in the hands of the tools that people use: libnbd, qemu, fio, e2fsprogs. Skips what is not installed. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { WorkerBlockHost } from '../../src/dataplane/block-host.ts';
import { createBlockHost } from '../../src/dataplane/create-block-host.ts';
import { systemEntropy } from '../../src/platform/node/index.ts';

const MiB = 1024 * 1024;
const execute = promisify(execFile);

/** False if fio is there and can speak NBD. */
function missingFio(): string | false {
  const noFio = missing('fio');
  if (noFio !== false) return noFio;
  const [tool, ...options] = ['fio', '--enghelp'] as const;
  const engines = execFileSync(tool, options, { encoding: 'utf8' });
  return /^\s*nbd$/m.test(engines) ? false : 'this fio has no nbd engine';
}

/** False if every tool is installed, and otherwise the reason to skip. */
function missing(...tools: string[]): string | false {
  const absent = tools.filter((tool) => {
    try {
      execFileSync('which', [tool], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
  return absent.length > 0 && `not installed: ${absent.join(', ')}`;
}

const root = mkdtempSync(join(tmpdir(), 'latchkey-tools-'));
const key = randomBytes(64);
after(() => rmSync(root, { recursive: true }));

async function run(tool: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute(tool, args, { maxBuffer: 16 * MiB });
  return stdout;
}

describe('real tools on an encrypted volume', () => {
  const directory = join(root, 'volumes');
  let host: WorkerBlockHost;
  let nbdUri = '';
  let volumes = 0;

  const open = async () => {
    host = await createBlockHost({ directory, entropy: systemEntropy() });
  };
  /** A new volume of 64 MiB, attached. */
  const attachNew = async (volumeId = `vol-${volumes++}`, snapshotId?: string) => {
    await host.createVolume({ volumeId, sizeBytes: 64 * MiB, encrypted: true, snapshotId });
    ({ nbdUri } = await host.attach(volumeId, Buffer.from(key)));
    return volumeId;
  };
  before(open);
  after(() => host.close());

  test('nbdinfo sees size, features and what is allocated', {
    skip: missing('nbdinfo', 'nbdcopy'),
  }, async () => {
    await attachNew('vol-info');
    const { exports } = JSON.parse(await run('nbdinfo', '--json', nbdUri));
    assert.equal(exports[0]['export-name'], 'vol-info');
    assert.equal(exports[0]['export-size'], 64 * MiB);
    for (const feature of ['can_flush', 'can_fua', 'can_trim', 'can_zero', 'can_multi_conn', 'can_df']) {
      assert.equal(exports[0][feature], true, feature);
    }
    assert.deepEqual(exports[0].contexts, ['base:allocation']);
    const listed = JSON.parse(await run('nbdinfo', '--list', '--json', nbdUri));
    assert.equal(listed.exports[0]['export-name'], 'vol-info');
    writeFileSync(join(root, 'part'), randomBytes(3 * MiB));
    await run('nbdcopy', join(root, 'part'), nbdUri);
    const map = JSON.parse(await run('nbdinfo', '--map', '--json', nbdUri));
    assert.deepEqual(
      map.map(({ offset, length, type }: Record<string, number>) => [offset, length, type]),
      [
        [0, 3 * MiB, 0],
        [3 * MiB, 61 * MiB, 3],
      ],
    );
  });

  test('nbdcopy brings back what it took, over several connections', {
    skip: missing('nbdcopy'),
  }, async () => {
    await attachNew();
    const content = randomBytes(64 * MiB);
    content.fill(0, 20 * MiB, 30 * MiB);
    writeFileSync(join(root, 'in'), content);
    await run('nbdcopy', '--connections=4', '--requests=32', join(root, 'in'), nbdUri);
    await run('nbdcopy', '--connections=4', nbdUri, join(root, 'out'));
    assert.ok(readFileSync(join(root, 'out')).equals(content));
    await run('nbdcopy', nbdUri, 'null:');
  });

  test('qemu-img and qemu-io read, write, discard and compare', {
    skip: missing('qemu-img', 'qemu-io'),
  }, async () => {
    await attachNew();
    const info = JSON.parse(await run('qemu-img', 'info', '--output=json', nbdUri));
    assert.equal(info['virtual-size'], 64 * MiB);
    const image = join(root, 'image');
    writeFileSync(image, Buffer.concat([randomBytes(5 * MiB), Buffer.alloc(59 * MiB)]));
    await run('qemu-img', 'convert', '-n', '-f', 'raw', '-O', 'raw', image, nbdUri);
    await run('qemu-img', 'compare', '-f', 'raw', '-F', 'raw', image, nbdUri);
    const commands = [
      ...['write -P 0xab 1000 5000', 'read -P 0xab 1000 5000', 'write -z 2048 100', 'read -P 0 2048 100'],
      ...['discard 1M 2M', 'read -P 0 1M 2M', 'write -f -P 0x17 60M 4M', 'read -P 0x17 60M 4M', 'flush'],
    ];
    const output = await run(
      'qemu-io',
      '-f',
      'raw',
      ...commands.flatMap((command) => ['-c', command]),
      nbdUri,
    );
    assert.doesNotMatch(output, /fail|error/i);
    const map = JSON.parse(await run('qemu-img', 'map', '--output=json', '-f', 'raw', nbdUri));
    assert.ok(map.some(({ start, zero }: { start: number; zero: boolean }) => start === MiB && zero));
  });

  test('fio verifies random writes at depth, with trims and flushes in between', {
    skip: missingFio(),
  }, async () => {
    await attachNew();
    const fio = (...options: string[]) =>
      run(
        'fio',
        '--name=job',
        '--ioengine=nbd',
        `--uri=${nbdUri}`,
        '--size=32m',
        '--iodepth=32',
        '--verify_state_save=0',
        ...options,
      );
    await fio('--rw=randwrite', '--bs=4k', '--verify=crc32c', '--do_verify=1', '--fsync=64', '--io_size=16m');
    await fio('--rw=randwrite', '--bsrange=512-128k', '--verify=crc32c', '--do_verify=1', '--io_size=16m');
    await fio('--rw=randtrimwrite', '--bs=64k', '--io_size=8m');
  });

  test('a file system survives detach, a snapshot, a volume from it and a restart', {
    skip: missing('mkfs.ext4', 'e2fsck', 'debugfs', 'nbdcopy'),
  }, async () => {
    const tree = join(root, 'tree');
    mkdirSync(join(tree, 'home'), { recursive: true });
    const letter = `my secret ${randomBytes(100_000).toString('hex')}`;
    writeFileSync(join(tree, 'home', 'letter'), letter);
    const image = join(root, 'fs');
    const fd = openSync(image, 'w');
    ftruncateSync(fd, 64 * MiB);
    closeSync(fd);
    await run('mkfs.ext4', '-q', '-F', '-d', tree, image);
    const first = await attachNew();
    await run('nbdcopy', '--flush', image, nbdUri);
    await host.createSnapshot({ snapshotId: 'snap-fs', volumeId: first });
    await run('nbdcopy', '--destination-is-zero', join(root, 'part'), nbdUri).catch(() => {});
    await host.close();
    await open();
    await attachNew('vol-fs', 'snap-fs');
    const copy = join(root, 'fs-copy');
    await run('nbdcopy', nbdUri, copy);
    await run('e2fsck', '-fn', copy);
    assert.equal(await run('debugfs', '-R', 'cat /home/letter', copy), letter);
  });
});

describe('TCP with TLS', { skip: missing('openssl', 'nbdinfo', 'nbdcopy') }, () => {
  test('serves clients that know the authority, and nothing in plain', async () => {
    const pki = join(root, 'pki');
    mkdirSync(pki, { recursive: true });
    const at = (name: string) => join(pki, name);
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    await run(
      'openssl',
      'req',
      '-x509',
      ...ec,
      '-keyout',
      at('ca-key.pem'),
      '-out',
      at('ca-cert.pem'),
      '-subj',
      '/CN=ca',
    );
    for (const name of ['server', 'client']) {
      const request = ['req', ...ec.slice(0, 5), '-keyout', at(`${name}-key.pem`), '-out', at(`${name}.csr`)];
      await run(
        'openssl',
        ...request,
        '-subj',
        `/CN=localhost`,
        '-addext',
        'subjectAltName=IP:127.0.0.1,DNS:localhost',
      );
      const sign = [
        'x509',
        '-req',
        '-in',
        at(`${name}.csr`),
        '-CA',
        at('ca-cert.pem'),
        '-CAkey',
        at('ca-key.pem'),
      ];
      await run('openssl', ...sign, '-copy_extensions', 'copy', '-days', '2', '-out', at(`${name}-cert.pem`));
    }
    const pem = (name: string) => readFileSync(at(name), 'utf8');
    const tcp = { host: '127.0.0.1', certificate: pem('server-cert.pem'), privateKey: pem('server-key.pem') };
    const options = { directory: undefined, entropy: systemEntropy() };
    const host = await createBlockHost({ ...options, tcp: { ...tcp, clientAuthority: pem('ca-cert.pem') } });
    try {
      await host.createVolume({ volumeId: 'vol-1', sizeBytes: 8 * MiB, encrypted: false });
      const { nbdsUri = '' } = await host.attach('vol-1');
      const withKey = `${nbdsUri}?tls-certificates=${pki}`;
      const content = randomBytes(8 * MiB);
      writeFileSync(join(root, 'tls-in'), content);
      await run('nbdcopy', join(root, 'tls-in'), withKey);
      await run('nbdcopy', withKey, join(root, 'tls-out'));
      assert.ok(readFileSync(join(root, 'tls-out')).equals(content));
      assert.match(await run('nbdinfo', withKey), /with TLS/);
      await assert.rejects(run('nbdinfo', nbdsUri.replace('nbds:', 'nbd:')), /not supported/);
      rmSync(at('client-cert.pem'));
      rmSync(at('client-key.pem'));
      await assert.rejects(run('nbdinfo', withKey), 'a client without a certificate');
    } finally {
      await host.close();
    }
  });
});
