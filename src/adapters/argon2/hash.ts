/** Passwords as Argon2id, with what OWASP's Password Storage Cheat Sheet asks for at least. */
import { hash, verify } from '@node-rs/argon2';
import type { PasswordHasher } from '../../app/account-ports.ts';

/** 19 MiB, two passes, one lane: about 20 ms, in the thread pool. */
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const argon2: PasswordHasher = {
  hash: (password) => hash(password, options),
  async verify(stored, password) {
    try {
      return await verify(stored, password);
    } catch {
      // What is no hash fits no password.
      return false;
    }
  },
};
