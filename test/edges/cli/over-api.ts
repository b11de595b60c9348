/** Commands that ask the server, over the API of a test. */
import type { Scope } from '../../../src/core/access/scope.ts';
import type { ServerAsk } from '../../../src/edges/cli/parts.ts';
import type { ApiServer } from '../http/api/support.ts';
import type { World } from './console.ts';

export function overApi(server: ApiServer): Pick<World, 'askServer'> {
  return {
    async askServer(scope: Scope, { method, path, body }: ServerAsk) {
      const key = await server.key([scope]);
      const at = `/v1${path}`;
      const answer =
        method === 'GET'
          ? await server.get(at, key)
          : await server.send(method.toLowerCase() as 'post' | 'put' | 'delete', at, key, body);
      return new Response(JSON.stringify(answer.body), { status: answer.status });
    },
  };
}
