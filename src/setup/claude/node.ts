import { execFile } from 'node:child_process';
import path from 'node:path';
import { findProgram } from '../../redis/localServer.ts';

/** A program that runs our bundles. */
export interface NodeProgram {
  path: string;
  /** It is an Electron, which does so only when told by `ELECTRON_RUN_AS_NODE`. */
  isElectron: boolean;
}

/** The oldest that our bundles are made for. */
const oldest = 20;
/** How long it may take to say its version, in ms. */
const limit = 3_000;

/**
 * The node on the PATH where it is new enough, as that one stays when an editor is updated; else the one that runs us.
 */
export async function findNode(env: NodeJS.ProcessEnv): Promise<NodeProgram | null> {
  const found = findProgram(['node'], env);
  if (found !== null && path.isAbsolute(found) && (await majorOf(found)) >= oldest) {
    return { path: found, isElectron: false };
  }
  return process.execPath === '' ? null : { path: process.execPath, isElectron: 'electron' in process.versions };
}

function majorOf(program: string): Promise<number> {
  return new Promise((resolve) => {
    execFile(program, ['--version'], { timeout: limit, windowsHide: true }, (error, stdout) => {
      resolve(error ? 0 : Number(/^v(\d+)\./.exec(stdout)?.[1] ?? 0));
    });
  });
}
