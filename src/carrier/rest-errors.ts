/** A refusal in the form that Twilio gives it: HTTP status, its own code, a sentence. */
export class RestError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  body(): object {
    return {
      code: this.code,
      message: this.message,
      more_info: `https://www.twilio.com/docs/errors/${this.code}`,
      status: this.status,
    };
  }
}

export const notFound = (what: string) =>
  new RestError(404, 20404, `The requested resource ${what} was not found`);
export const wrongMethod = () => new RestError(405, 20004, 'Method not allowed');
export const unauthenticated = () => new RestError(401, 20003, 'Authenticate');
export const unknownParameter = (name: string) =>
  new RestError(400, 20001, `Unknown parameter ${name}`);
export const invalidParameter = (name: string, allowed: string, code = 20001) =>
  new RestError(400, code, `Invalid ${name}: allowed is ${allowed}`);
