/** The API: one table of routes, from which it is served, described and shown. */
import { Router } from 'express';
import { createAuthenticator, type KeyParts } from '../../../app/api-keys.ts';
import type { ApiVerbs, IdempotencyStore } from '../../../app/api-ports.ts';
import type { AuthorParts } from '../../../app/author-ports.ts';
import type { DeskTaskParts } from '../../../app/desk-tasks.ts';
import { createOnce } from '../../../app/idempotency.ts';
import type { LineParts } from '../../../app/lines.ts';
import type { ReadParts } from '../../../app/list-calls.ts';
import type { EntryMaker } from '../../../app/make-entry.ts';
import type { OpenIdParts } from '../../../app/openid-sign-in.ts';
import type { Log } from '../../../app/ports.ts';
import type { RateLimits } from '../../../app/rate-limits.ts';
import { createSessionFinder, eitherOf } from '../../../app/session-principal.ts';
import { createSupportFinder, type SupportParts } from '../../../app/support-access.ts';
import { refuseUntrained } from '../../../app/training.ts';
import type { Uuid } from '../../../core/words.ts';
import { type AgreementRouteParts, agreementRoutes } from './agreement.ts';
import { answerProblem } from './answer-problem.ts';
import { type AuditRouteParts, auditRoutes } from './audit.ts';
import { authorRoutes } from './author.ts';
import { basisRoutes } from './bases.ts';
import { type BatchRouteParts, batchRoutes } from './batches.ts';
import { type BreachRouteParts, breachRoutes } from './breach.ts';
import { type CallTrackingRouteParts, callTrackingRoutes } from './call-tracking.ts';
import { callRoutes } from './calls.ts';
import { type ChoiceRouteParts, choiceRoutes } from './choices.ts';
import { type ContractRouteParts, contractRoutes } from './contract.ts';
import { docsRouter } from './docs.ts';
import { type DoctorRouteParts, doctorRoutes } from './doctor.ts';
import { type EmailRouteParts, emailRoutes } from './emails.ts';
import { type ExportRouteParts, exportRoutes } from './exports.ts';
import { type FlowRouteParts, flowRoutes } from './flows.ts';
import { type FormRouteParts, formRoutes } from './forms.ts';
import { keyRoutes } from './keys.ts';
import { lineRoutes } from './lines.ts';
import { type LinkRouteParts, linkRoutes } from './links.ts';
import { listAccessRoutes } from './list-accesses.ts';
import { listImportRoutes } from './list-imports.ts';
import type { ListRouteParts } from './list-route-parts.ts';
import { listRoutes } from './lists.ts';
import { type NoticeRouteParts, noticeRoutes } from './notices.ts';
import { openApiRouter } from './openapi.ts';
import { openIdRoutes } from './openid.ts';
import { type OptOutRouteParts, optOutRoutes } from './opt-outs.ts';
import { createOversight, type OversightParts } from './oversight.ts';
import { partyRoutes } from './parties.ts';
import { type PermitRouteParts, permitRoutes } from './permits.ts';
import { type PersonRouteParts, personRoutes } from './persons.ts';
import { type PlaceCallRouteParts, placeCallRoutes } from './place-calls.ts';
import { type ProfileRouteParts, profileRoutes } from './profiles.ts';
import { promptRoutes } from './prompts.ts';
import { proofRoutes } from './proof.ts';
import { protect } from './protect.ts';
import { type RecipientRouteParts, recipientRoutes } from './recipients.ts';
import { recordingRoutes } from './recordings.ts';
import { type RedactionRouteParts, redactionRoutes } from './redactions.ts';
import { type ReportRouteParts, reportRoutes } from './reports.ts';
import { type RetentionRouteParts, retentionRoutes } from './retention.ts';
import { revealRoutes } from './reveal.ts';
import { type RightsRouteParts, rightsRoutes } from './rights.ts';
import type { Route } from './route.ts';
import { screeningSettingRoutes } from './screening-settings.ts';
import { type ScreeningRouteParts, screeningRoutes } from './screenings.ts';
import { type MayAct, refuseMethod, refusePath, type ServeParts, serve } from './serve.ts';
import { type SessionRouteParts, sessionRoutes } from './sessions.ts';
import { supportAccessRoutes } from './support-access.ts';
import { taskRoutes } from './tasks.ts';
import { type TrainingRouteParts, trainingRoutes } from './training.ts';
import { type UserRouteParts, userRoutes } from './users.ts';
import { type WebhookRouteParts, webhookRoutes } from './webhooks.ts';

export interface ApiParts
  extends ReadParts,
    LineParts,
    FlowRouteParts,
    AuthorParts,
    DeskTaskParts,
    ScreeningRouteParts,
    BatchRouteParts,
    KeyParts,
    OptOutRouteParts,
    Pick<ListRouteParts, 'listParts' | 'wakeLists'>,
    PlaceCallRouteParts,
    ChoiceRouteParts,
    FormRouteParts,
    NoticeRouteParts,
    CallTrackingRouteParts,
    EmailRouteParts,
    PersonRouteParts,
    ProfileRouteParts,
    PermitRouteParts,
    RetentionRouteParts,
    ExportRouteParts,
    RedactionRouteParts,
    RightsRouteParts,
    Omit<SessionRouteParts, 'authenticator'>,
    Omit<UserRouteParts, 'authenticator'>,
    Omit<OversightParts, 'entries'>,
    AuditRouteParts,
    DoctorRouteParts,
    ReportRouteParts,
    WebhookRouteParts,
    RecipientRouteParts,
    TrainingRouteParts,
    AgreementRouteParts,
    BreachRouteParts,
    ContractRouteParts,
    LinkRouteParts,
    OpenIdParts,
    SupportParts,
    ApiVerbs {
  readonly entries: Pick<EntryMaker, 'audit' | 'listing'>;
  readonly tenantId: Uuid;
  readonly idempotency: IdempotencyStore;
  readonly log: Log;
  readonly limits: RateLimits;
}

/** Routers by the path they are mounted under. */
export interface Api {
  readonly '/v1': Router;
  readonly '/openapi.json': Router;
  readonly '/docs': Router;
}

export function createApi(parts: ApiParts): Api {
  const authenticator = eitherOf(
    createAuthenticator(parts),
    createSessionFinder(parts),
    createSupportFinder(parts, parts.tenantId),
  );
  const mayAct: MayAct = (key, act) => refuseUntrained(parts, key, act);
  const routes = [
    ...callRoutes(parts),
    ...placeCallRoutes(parts),
    ...choiceRoutes(parts),
    ...formRoutes(parts),
    ...noticeRoutes(parts),
    ...callTrackingRoutes(parts),
    ...emailRoutes(parts),
    ...personRoutes(parts, mayAct),
    ...profileRoutes(parts),
    ...redactionRoutes(parts),
    ...rightsRoutes(parts),
    ...retentionRoutes(parts),
    ...exportRoutes(parts, mayAct),
    ...basisRoutes(parts),
    ...permitRoutes(parts),
    ...partyRoutes(parts),
    ...recordingRoutes(parts),
    ...linkRoutes(parts),
    ...revealRoutes(parts),
    ...proofRoutes(parts),
    ...lineRoutes(parts),
    ...flowRoutes(parts),
    ...authorRoutes(parts),
    ...promptRoutes(parts),
    ...taskRoutes(parts),
    ...screeningRoutes(parts),
    ...batchRoutes(parts),
    ...screeningSettingRoutes(parts),
    ...optOutRoutes(parts),
    ...listRoutes(parts),
    ...listImportRoutes(parts),
    ...listAccessRoutes(parts),
    ...auditRoutes(parts),
    ...doctorRoutes(parts),
    ...reportRoutes(parts),
    ...recipientRoutes(parts),
    ...trainingRoutes(parts),
    ...agreementRoutes(parts),
    ...breachRoutes(parts),
    ...contractRoutes(parts),
    ...webhookRoutes(parts),
    ...keyRoutes({ ...parts, authenticator }),
    // Before sessions, one of which `openid` would be the name of.
    ...openIdRoutes({ ...parts, authenticator }),
    ...sessionRoutes({ ...parts, authenticator }),
    ...supportAccessRoutes({ ...parts, authenticator }),
    ...userRoutes({ ...parts, authenticator }),
  ];
  const once = createOnce(parts);
  return {
    '/v1': v1Router(
      routes,
      { ...parts, authenticator, once, oversight: createOversight(parts), mayAct },
      parts.log,
    ),
    '/openapi.json': openApiRouter(routes),
    '/docs': docsRouter(routes),
  };
}

function v1Router(routes: readonly Route[], serveParts: ServeParts, log: Log): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.use(protect);
  for (const [path, group] of byPath(routes)) {
    const at = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const route of group) at[route.method](serve(route, serveParts));
    at.all(refuseMethod(methodsOf(group), serveParts));
  }
  router.use(refusePath(serveParts));
  router.use(answerProblem(log));
  return router;
}

function byPath(routes: readonly Route[]): ReadonlyMap<string, readonly Route[]> {
  const groups = new Map<string, Route[]>();
  for (const route of routes) groups.set(route.path, [...(groups.get(route.path) ?? []), route]);
  return groups;
}

/** Whoever answers GET answers HEAD. */
function methodsOf(routes: readonly Route[]): readonly string[] {
  return routes.flatMap(({ method }) =>
    method === 'get' ? ['GET', 'HEAD'] : method.toUpperCase(),
  );
}
