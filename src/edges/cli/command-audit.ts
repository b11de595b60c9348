/**
 * What commands of this machine are written down as, and whose data an operand names. A command that
 * opens the stores writes its row before it shows or changes anything, and another if it is refused
 * after that; what asks the server is written down there.
 */
import { writeAudit } from '../../app/audit.ts';
import type { SubjectKind } from '../../app/audit-ports.ts';
import type { AuditKind } from '../../core/access/audit.ts';
import { ConsentryError } from '../../core/error.ts';
import type { Uuid } from '../../core/words.ts';
import type { CommandParts, CommandStores } from './parts.ts';

interface AuditedCommand {
  readonly act: AuditKind;
  /** What the first operand names. */
  readonly of?: Extract<SubjectKind, 'recording' | 'receipt' | 'task'>;
}

/**
 * `self`: writes its own row, which says more. `server`: the server that it asks writes it.
 * `nobody`: shows no one and changes nothing of ours.
 */
export const commandAudit: Readonly<Record<string, AuditedCommand | 'self' | 'server' | 'nobody'>> =
  {
    answer: 'nobody',
    'audit list': 'self',
    'batch certificate': 'server',
    'batch changes': 'server',
    'batch end': 'server',
    'batch list': 'server',
    'batch verify': 'nobody',
    doctor: 'nobody',
    'email again': 'server',
    'email ask': 'server',
    'email decide': 'server',
    'email list': 'server',
    'email reply': 'server',
    'email show': 'server',
    'export fetch': 'server',
    'export list': 'server',
    'export make': 'server',
    'export remove': 'server',
    'flow check': 'nobody',
    'flow diff': 'nobody',
    'flow draw': 'nobody',
    'flow publish': 'nobody', // a line of flows/versions.lock, which is kept with the program
    'flow rollback': 'nobody',
    'form check': 'nobody',
    'form list': 'server',
    'form publish': 'server',
    'form snippet': 'server',
    'hold lift': 'server',
    'hold list': 'server',
    'hold place': 'server',
    'jurisdiction explain': 'nobody',
    'key create': { act: 'change' },
    'key list': 'nobody',
    'key revoke': { act: 'change' },
    'keys rotate': { act: 'change' },
    'keys show': 'nobody',
    'ledger checkpoint': 'nobody',
    'ledger verify': 'nobody',
    'line fallback': 'nobody',
    'line list': 'nobody',
    'line set': { act: 'change' },
    'line show': 'nobody',
    'line track': 'server',
    'list access': { act: 'search' },
    'list drop': { act: 'change' },
    'list expect': { act: 'change' },
    'list export': { act: 'export' },
    'list import': { act: 'change' },
    'list imports': 'nobody',
    'list pull': { act: 'change' },
    'list retire': { act: 'change' },
    'list show': 'nobody',
    'list undo': { act: 'change' },
    'list vouch': 'self',
    'notice render': 'server',
    'notice review': 'server',
    'opt-out add': 'server',
    'opt-out confirm': 'server',
    'opt-out list': 'server',
    'opt-out reject': 'server',
    'party add': 'server',
    'party drop': 'server',
    'party hold': 'server',
    'party release': 'server',
    'person choices': 'server',
    'person disclosures': 'server',
    'person correct': 'server',
    'person erase': 'server',
    'person export': 'server',
    'person profile': 'server',
    'person import-choice': 'server',
    'person inventory': 'server',
    'person withdraw': 'server',
    'prompts check': 'nobody',
    'receipt show': { act: 'read', of: 'receipt' },
    'receipt verify': 'nobody',
    'recipient list': 'nobody',
    'recipient remove': { act: 'change' },
    'recipient set': { act: 'change' },
    'recording erase': { act: 'change', of: 'recording' },
    'recording export': { act: 'download', of: 'recording' },
    'recording list': { act: 'search' },
    'recording verify': 'nobody',
    redact: 'server',
    'report calls': 'server',
    'report release': 'server',
    'report show': 'server',
    'retention plan': 'server',
    'retention report': 'server',
    'retention run': 'server',
    'retention set': 'server',
    'retention show': 'server',
    'rights add': 'server',
    'rights check': 'server',
    'rights confirm': 'server',
    'rights extend': 'server',
    'rights fulfil': 'server',
    'rights lift': 'server',
    'rights list': 'server',
    'rights refuse': 'server',
    'rights show': 'server',
    'rights verify': 'server',
    'rights withdraw': 'server',
    // a question about a number, not about what is known of a person; a replay writes its own row
    screen: 'nobody',
    'task done': { act: 'change', of: 'task' },
    'task list': { act: 'search' },
    text: 'nobody', // to the practice carrier
    'breach scope': { act: 'read' },
    'contract cancel': { act: 'change' },
    'contract end': 'self', // its certificate is the last entry of the ledger
    'contract offer': { act: 'change' },
    'contract show': 'nobody',
    'custody list': { act: 'search' },
    'custody note': { act: 'change' },
    'agreement accept': 'server',
    'agreement list': 'server',
    'agreement show': 'server',
    'training list': 'server',
    'training policy': 'server',
    'training record': 'server',
    'webhook add': 'server',
    'webhook again': 'server',
    'webhook deliveries': 'server',
    'webhook rotate': 'server',
    'webhook list': 'server',
    'webhook remove': 'server',
    'webhook test': 'server',
    'user add': { act: 'change' },
    'user list': 'nobody',
    'user reset': { act: 'change' },
    'user set': { act: 'change' },
  };

/** What is not in the table is taken for a change: nothing is done that is not written down. */
const unlisted: AuditedCommand = { act: 'change' };

/** The same parts, whose stores are open only once the row is written. */
export function audited(
  title: string,
  operands: readonly string[],
  parts: CommandParts,
): CommandParts {
  const row = commandAudit[title] ?? unlisted;
  if (typeof row === 'string') return parts;
  return {
    ...parts,
    async openStores() {
      const stores = await parts.openStores();
      try {
        const entry = await write(title, row, operands, stores, {});
        const refused = async (error: unknown) => {
          if (isRefusal(error)) await write(title, row, operands, stores, { entry });
        };
        return { ...stores, refused };
      } catch (error) {
        await stores.close();
        throw error;
      }
    },
  };
}

/** What the command was refused; what broke may have been done in part, and stays as it was entered. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ConsentryError && error.status < 500 && !error.partly;

const operator = { by: 'operator', as: 'operator', address: null } as const;

/** @param refused the row that it was let in by, of a command that was refused after */
async function write(
  operation: string,
  { act, of }: AuditedCommand,
  [name]: readonly string[],
  { audit, tenantId }: CommandStores,
  refused: { readonly entry?: Uuid },
): Promise<Uuid> {
  const named = of !== undefined && name !== undefined ? { [of]: name } : {};
  const found =
    of !== undefined && name !== undefined ? await audit.subjects.find(tenantId, of, name) : null;
  const persons = found?.persons ?? [];
  const subject = { ...named, ...refused };
  const allowed = refused.entry === undefined;
  return writeAudit(audit, operator, { act, operation, allowed, persons, subject });
}
