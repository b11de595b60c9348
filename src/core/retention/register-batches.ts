/** The register's part of lists that were screened. */
import { technical } from './register-service.ts';
import type { KeptTable } from './register-shape.ts';

export const batchTables: Readonly<Record<string, KeptTable>> = {
  'public.screening_batch': technical(
    'id',
    'tenant_id',
    'made_by',
    'channel',
    'purpose',
    'campaign',
    'started_at',
    'touched_at',
    'finished_at',
    'ended_at',
    'lines',
    'certificate',
    'live_until',
    'key_sealed',
    'xid',
    'seq',
    'looked',
    'mixed',
    'position',
  ),
  'public.batch_page': {
    of: 'none',
    purpose: 'telling whoever screened a list whose line may not be contacted any more',
    source: 'a list that was screened, and is to stay live',
    recipients: [],
    retention: 'none',
    personal: { entries: { category: 'number', ending: 'deleted' } },
    plain: ['batch_id', 'bucket', 'part'],
  },
  'public.batch_change': technical(
    'batch_id',
    'position',
    'line',
    'code',
    'list',
    'version',
    'once',
    'at',
  ),
};
