import postgres from 'postgres';

const limitS = 3;
/** `too_many_connections`: whoever says so is there. */
const full = '53300';

/** Whether a database takes a connection and answers. Apart from pools, whose queues say nothing. */
export async function isThere(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: limitS, onnotice: () => {} });
  try {
    const late = new Promise<false>((resolve) =>
      setTimeout(resolve, limitS * 1_000, false).unref(),
    );
    return await Promise.race([sql`select 1`.then(() => true), late]);
  } catch (error) {
    return (error as { code?: unknown }).code === full;
  } finally {
    await sql.end({ timeout: 0 });
  }
}
