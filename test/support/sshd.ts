/** A real OpenSSH server on a free port, with keys and a home of the test's own. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export interface Sshd {
  readonly port: number;
  readonly user: string;
  /** Where files arrive. */
  readonly inbox: string;
  readonly keyFile: string;
  /** As `ssh-keygen -l` shows it. */
  readonly hostKey: string;
  stop(): Promise<void>;
}

const keygen = (path: string) =>
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

export async function startSshd(): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'consentry-sshd-'));
  const inbox = join(folder, 'inbox');
  mkdirSync(inbox);
  // Where Debian's sshd, run by root, separates its privileges.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const [hostKeyFile, keyFile] = [join(folder, 'host'), join(folder, 'user')];
  keygen(hostKeyFile);
  keygen(keyFile);
  const port = await freePort();
  const config = join(folder, 'sshd_config');
  writeFileSync(
    config,
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${hostKeyFile}
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
PermitRootLogin prohibit-password
AuthorizedKeysFile ${keyFile}.pub
Subsystem sftp internal-sftp
`,
  );
  const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (piece) => {
    said += piece;
  });
  const listens = async (): Promise<boolean> => {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  };
  while (!(await listens())) {
    if (server.exitCode !== null) throw new Error(`sshd: ${said}`);
    await setTimeout(20);
  }
  const shown = execFileSync('ssh-keygen', ['-l', '-f', `${hostKeyFile}.pub`]).toString();
  return {
    port,
    user: userInfo().username,
    inbox,
    keyFile,
    hostKey: shown.split(' ')[1] ?? '',
    async stop() {
      server.kill();
      if (server.exitCode === null) await once(server, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}
