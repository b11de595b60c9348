/** Forms on the web that ask for permissions: published, listed, and what was answered on them. */
import { z } from 'zod';
import { readCursor, writeCursor } from '../../../app/cursor.ts';
import type { FormVersion, KeptSubmission } from '../../../app/form-ports.ts';
import { formAddress, formSnippet } from '../../../app/form-snippet.ts';
import { type FormParts, formInForce, publishForm } from '../../../app/forms.ts';
import { ConsentryError } from '../../../core/error.ts';
import { purposes } from '../../../core/words.ts';
import { type Route, route } from './route.ts';
import { nameShapes, uuid } from './shapes.ts';

export interface FormRouteParts {
  readonly formParts: FormParts;
  readonly publicUrl: string;
}

const params = z.object({ form: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/) });
const locale = z
  .string()
  .regex(/^[a-z]{2}(-[A-Z]{2})?$/)
  .describe('Language, such as `en`.');
const text = z.string().max(4_000).default('');
const wantedForm = z.strictObject({
  locale: locale.default('en'),
  title: text,
  controller: text.describe('Who asks.'),
  intro: text,
  next: text.describe('What happens once it is sent.'),
  withdrawal: text.describe('How a yes is taken back, with an address, a number or STOP.'),
  submit: text.describe('On the button; it may not say yes, for the boxes do.'),
  purposes: z
    .array(
      z.strictObject({
        purpose: z.enum(purposes),
        words: text.describe('What is done, and what for.'),
        box: text.describe('Beside the box, which is never ticked beforehand.'),
      }),
    )
    .max(purposes.length),
  sites: z.array(z.string().max(200)).max(20).default([]).describe('May show it in a frame.'),
});
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const consentForm = z.object({
  name: z.string(),
  ...wantedForm.shape,
  version: z.int(),
  hash: sha256.describe('What a yes on it points to.'),
  by: z.string(),
  at: z.iso.datetime(),
  address: z.string(),
});
const forms = z.object({ data: z.array(consentForm) });
const submission = z.object({
  id: uuid,
  person: uuid.nullable().describe('Null: erased.'),
  form: sha256.describe('The version that was seen.'),
  at: z.iso.datetime(),
  ticked: z.array(z.enum(purposes)),
  unticked: z.array(z.enum(purposes)),
  provedAt: z.iso.datetime().nullable().describe('Null: what was ticked does not count.'),
});
const submissions = z.object({ data: z.array(submission), next: z.string().nullable() });
const snippet = z.object({ html: z.string(), address: z.string() });
nameShapes({ consentForm, forms, submission, submissions, snippet });

export function formRoutes({ formParts, publicUrl }: FormRouteParts): readonly Route[] {
  const view = ({ form, version, hash, by, at }: FormVersion) => ({
    ...form,
    version,
    hash,
    by,
    at: new Date(at).toISOString(),
    address: formAddress(publicUrl, form),
  });
  const { forms: store } = formParts;
  return [
    route({
      method: 'get',
      path: '/forms',
      name: 'listForms',
      scope: 'choices:read',
      audit: 'none',
      summary: 'Forms that ask for permissions, in force',
      answers: [{ status: 200, about: 'The newest of each name and language.', shape: forms }],
      handle: async () => ({ status: 200, json: { data: (await store.list()).map(view) } }),
    }),
    route({
      method: 'put',
      path: '/forms/{form}',
      name: 'publishForm',
      scope: 'choices:write',
      audit: 'change',
      summary: 'Publish a version of a form',
      about:
        'What is wrong with it is answered with `form_invalid`, all of it. Versions stay for ever. Where a purpose has other words than before, whoever said yes to those is asked again. The form `preferences` has the words of /privacy/choices.',
      params,
      body: wantedForm,
      answers: [{ status: 200, about: 'The version in force.', shape: consentForm }],
      errors: ['form_invalid', 'conflict'],
      handle: async ({ key, params: { form: name }, body }) => ({
        status: 200,
        json: view(await publishForm(formParts, { name, ...body }, key.id)),
      }),
    }),
    route({
      method: 'get',
      path: '/forms/{form}/versions',
      name: 'listFormVersions',
      scope: 'choices:read',
      audit: 'none',
      summary: 'Every version of a form, oldest first',
      params,
      query: z.strictObject({ locale: locale.default('en') }),
      answers: [{ status: 200, about: 'The versions.', shape: forms }],
      errors: ['not_found'],
      handle: async ({ params: { form }, query }) => {
        const all = await store.versions(form, query.locale);
        if (all.length === 0) throw new ConsentryError('not_found');
        return { status: 200, json: { data: all.map(view) } };
      },
    }),
    route({
      method: 'get',
      path: '/forms/{form}/snippet',
      name: 'getFormSnippet',
      scope: 'choices:read',
      audit: 'none',
      summary: 'What a website puts into its page to show a form',
      params,
      query: z.strictObject({ locale: locale.default('en') }),
      answers: [{ status: 200, about: 'Markup without script.', shape: snippet }],
      errors: ['not_found'],
      handle: async ({ params: { form: name }, query }) => {
        const { form } = await formInForce(formParts, name, query.locale);
        const address = formAddress(publicUrl, form);
        return { status: 200, json: { html: formSnippet(publicUrl, form), address } };
      },
    }),
    route({
      method: 'get',
      path: '/forms/{form}/submissions',
      name: 'listSubmissions',
      scope: 'choices:read',
      audit: 'search',
      summary: 'Every time a form was sent, newest first, a no as well as a yes',
      params,
      query: z.strictObject({
        limit: z.coerce.number().int().min(1).max(200).default(50),
        cursor: z.string().max(200).optional(),
      }),
      answers: [{ status: 200, about: 'A page of them.', shape: submissions }],
      handle: async ({ params: { form }, query: { limit, cursor } }) => {
        const { rows, next } = await store.submissions(form, { limit, after: readCursor(cursor) });
        return {
          status: 200,
          json: { data: rows.map(submissionView), next: next && writeCursor(next) },
          persons: rows.flatMap(({ personId }) => personId ?? []),
        };
      },
    }),
  ];
}

function submissionView({
  id,
  personId,
  formHash,
  at,
  ticked,
  unticked,
  provedAt,
}: KeptSubmission) {
  return {
    id,
    person: personId,
    form: formHash,
    at: new Date(at).toISOString(),
    ticked,
    unticked,
    provedAt: provedAt === null ? null : new Date(provedAt).toISOString(),
  };
}
