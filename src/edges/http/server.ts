/** The HTTP server: carrier routes, health, the API and whatever else is mounted, and upgrades. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import type { Log } from '../../app/ports.ts';
import { ConsentryError } from '../../core/error.ts';
import { operatorPaths } from './allow-list.ts';
import { protect } from './api/protect.ts';
import { bornWith } from './born.ts';
import { type CarrierParts, mountCarrier } from './carrier.ts';
import { faultFields } from './fault.ts';
import { type HealthParts, healthRouter } from './health.ts';
import { httpsOnly } from './https-only.ts';
import { asConsentryError, sendProblem } from './problem.ts';

export interface HttpParts extends CarrierParts, HealthParts {
  /** Path in front of each router: `/v1`, `/openapi.json`, `/docs` ... */
  readonly routers: Readonly<Record<string, Router>>;
  /** Whether the world reaches us by https:. */
  readonly isSecure: boolean;
  /** Throws for who may not ask the API; null: everybody with a key may. */
  readonly apiOnlyFrom: RequestHandler | null;
  /** Takes over the handshake of a media stream, and must answer or destroy it. */
  media(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface HttpServer {
  readonly server: Server;
  /** Resolves to the port that is listened on. Throws if it cannot be had. */
  listen(port: number, host: string): Promise<number>;
  /**
   * Takes no new connection, lets requests that were begun finish, and cuts off what is still
   * there after `limitMs`. Does not touch media sockets before that.
   */
  close(limitMs: number): Promise<void>;
}

/** Longer than the 60 s of common load balancers: it is they who close an idle connection. */
const keepAliveMs = 65_000;
/** A head comes at once; a body may be a long list uploaded over a slow line. */
const headersMsMax = 10_000;
const requestMsMax = 300_000;
const connectionsCheckedEveryMs = 1_000;
const headersMax = 100;
/** How often a closing server looks for connections that have become idle. */
const idleCheckedEveryMs = 25;

export function createHttpServer(parts: HttpParts): HttpServer {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.enable('case sensitive routing');
  app.enable('strict routing');

  mountCarrier(app, parts);
  app.use(protect);
  if (parts.isSecure) app.use(httpsOnly);
  if (parts.apiOnlyFrom !== null) app.use(operatorPaths, parts.apiOnlyFrom);
  app.use(healthRouter(parts));
  for (const [path, router] of Object.entries(parts.routers)) app.use(path, router);
  app.use(() => {
    throw new ConsentryError('not_found');
  });
  app.use(problemHandler(parts.log));

  const server = createServer(
    {
      ...bornWith(app),
      keepAliveTimeout: keepAliveMs,
      headersTimeout: headersMsMax,
      requestTimeout: requestMsMax,
      connectionsCheckingInterval: connectionsCheckedEveryMs,
    },
    app,
  );
  server.maxHeadersCount = headersMax;
  const upgraded = handleUpgrades(server, parts.media);

  return {
    server,
    listen: (port, host) => listen(server, port, host),
    close: (limitMs) => close(server, upgraded, limitMs),
  };
}

/** Every error of every route ends here. Four parameters make it Express's error handler. */
function problemHandler(log: Log) {
  return (error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const problem = asConsentryError(error);
    if (problem.code === 'internal') log.error(faultFields(error), 'a request failed');
    if (response.headersSent) {
      // Half an answer must not look like a whole one.
      request.socket.destroy();
      return;
    }
    sendProblem(response, problem);
  };
}

/** Media streams go to their handler; there is nothing else to upgrade to. */
function handleUpgrades(server: Server, media: HttpParts['media']): ReadonlySet<Duplex> {
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    const path = request.url?.split(/[?#]/, 1)[0];
    if (path === '/twilio/media' || path === '/twilio/media/') media(request, socket, head);
    else turnAway(socket);
  });
  return upgraded;
}

/** Once the answer is sent both sides are closed: a peer that keeps its own open holds nothing. */
function turnAway(socket: Duplex): void {
  // The peer may be gone already: that is no news.
  socket.on('error', () => {});
  socket.once('finish', () => socket.destroy());
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server, upgraded: ReadonlySet<Duplex>, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), idleCheckedEveryMs);
    const limit = setTimeout(() => {
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
    }, limitMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(limit);
      resolve();
    });
  });
}
