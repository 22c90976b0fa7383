import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { findProgram, keepNothing, startGuarded, type LocalServer } from './localServer.ts';

/** An image may have to be fetched first. */
const startLimit = 180_000;
const askLimit = 5_000;

/** The path of `docker` where there is one and an engine answers it; null otherwise. Never rejects. */
export function findDocker(env: NodeJS.ProcessEnv): Promise<string | null> {
  const docker = findProgram(['docker'], env);
  if (docker === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    const question = ['version', '--format', '{{.Server.Version}}'];
    execFile(docker, question, { env, timeout: askLimit }, (error, answer) => {
      resolve(error === null && /^\d/.test(answer) ? docker : null);
    });
  });
}

/** A server in a container that only this machine reaches, and that is gone when it ends. */
export function dockerCommand(docker: string, port: number, name: string): string[] {
  const container = [docker, 'run', '--rm', '--name', name, '-p', `127.0.0.1:${port}:6379`];
  return [...container, 'redis:7', 'redis-server', ...keepNothing];
}

/**
 * Starts a server in a container and waits until it answers, which takes minutes where the image has to be fetched.
 * @throws UserError when it cannot be started
 */
export function startDockerServer(docker: string): Promise<LocalServer> {
  const name = `signalbox-${randomUUID().slice(0, 8)}`;
  // `docker run` passes our SIGTERM on to the server, which ends, and with it the container.
  return startGuarded({ command: (port) => dockerCommand(docker, port, name), limit: startLimit });
}
