import type * as vscode from 'vscode';

/** Passwords by the address they belong to. They are kept by VS Code's SecretStorage and nowhere else. */
export class Passwords {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  /** `address` is without credentials. A machine without a usable key ring has no passwords. */
  async get(address: string): Promise<string | undefined> {
    try {
      return await this.#secrets.get(key(address));
    } catch {
      return undefined;
    }
  }

  /** Rejects where the machine cannot keep secrets. */
  async set(address: string, password: string): Promise<void> {
    await this.#secrets.store(key(address), password);
  }
}

const key = (address: string): string => `signalbox.password:${address}`;
