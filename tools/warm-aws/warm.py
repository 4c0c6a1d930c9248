"""
`python3 warm.py DIRECTORY`: puts a command `aws` there that is the AWS CLI of this Python, and takes a quarter of the processor
time to start: each runs in a copy of this process, which has read the code and the models before. Ends with its input.
"""
import gc
import os
import select
import signal
import socket
import stat
import sys

import awscli.clidriver
from botocore.exceptions import DataNotFoundError
from botocore.loaders import JSONFileLoader

SERVICES = ['cloudformation', 'cloudtrail', 'ec2', 'iam', 'kms', 'sts']
MODELS = ['service-2', 'paginators-1', 'waiters-2', 'endpoint-rule-set-1']
# The CLI adds where its own data lie when it is read, and here only then.
DATA_PATH = os.environ['AWS_DATA_PATH']

CLIENT = """#!{python} -IS
import os, socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect({path!r})
words = [os.fsencode(word) for word in sys.argv[1:]]
variables = [name + b'=' + value for name, value in os.environb.items()]
texts = b'\\0'.join([os.getcwdb(), b'%d' % len(words), *words, *variables])
socket.send_fds(connection, [b'%08x' % len(texts)], [0, 1, 2])
connection.sendall(texts)
sys.exit(int(connection.recv(8) or 255))
"""


def keep_models():
    read, files = JSONFileLoader.load_file, {}

    def load_file(self, path):
        if path not in files:
            files[path] = read(self, path)
        return files[path]

    JSONFileLoader.load_file = load_file
    loader = awscli.clidriver.create_clidriver().session.get_component('data_loader')
    for name in ['endpoints', 'partitions', 'cli', '_retry']:
        loader.load_data(name)
    for service in SERVICES:
        for model in MODELS:
            try:
                loader.load_service_model(service, model)
            except DataNotFoundError:
                pass


def received(connection):
    head, streams, _, _ = socket.recv_fds(connection, 8, 3)
    texts = b''
    while len(texts) < int(head, 16):
        texts += connection.recv(1 << 16)
    return streams, texts.split(b'\0')


def run(connection):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    streams, (directory, count, *texts) = received(connection)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(directory)
    os.environ.clear()
    os.environb.update(text.split(b'=', 1) for text in texts[int(count) :])
    given = os.environ.get('AWS_DATA_PATH')
    os.environ['AWS_DATA_PATH'] = os.pathsep.join(filter(None, [given, DATA_PATH]))
    sys.argv = ['aws', *map(os.fsdecode, texts[: int(count)])]
    sys.stdin = open(0, closefd=False)
    sys.stdout = open(1, 'w', closefd=False)
    sys.stderr = open(2, 'w', closefd=False)
    try:
        code = awscli.clidriver.main()
    except SystemExit as ended:
        code = ended.code
    sys.stdout.flush()
    sys.stderr.flush()
    connection.sendall(b'%d' % (code or 0))


def main(directory):
    keep_models()
    gc.freeze()
    path = os.path.join(directory, 'socket')
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    client = os.path.join(directory, 'aws')
    with open(client, 'w') as file:
        file.write(CLIENT.format(python=sys.executable, path=path))
    os.chmod(client, stat.S_IRWXU)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print('ready', flush=True)
    while True:
        readable, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in readable:
            return
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            try:
                run(connection)
            except BaseException:
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(0)
        connection.close()


main(sys.argv[1])
