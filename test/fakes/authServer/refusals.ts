/** How Auth refuses: status, code and words as in `internal/api` of supabase/auth. */
export class AuthRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** The body, as versions before 2024-01-01 of the API have it, which is what clients get that name none. */
  get body(): Readonly<Record<string, unknown>> {
    return { code: this.status, error_code: this.code, msg: this.message };
  }
}

const refusal = (status: number, code: string, message: string) => () =>
  new AuthRefusal(status, code, message);

export const refusals = {
  credentials: refusal(400, 'invalid_credentials', 'Invalid login credentials'),
  unconfirmed: refusal(400, 'email_not_confirmed', 'Email not confirmed'),
  bannedAtPassword: refusal(400, 'user_banned', 'User is banned'),
  banned: refusal(403, 'user_banned', 'User is banned'),
  bannedAtRefresh: refusal(400, 'user_banned', 'Invalid Refresh Token: User Banned'),
  noSignup: refusal(422, 'otp_disabled', 'Signups not allowed for otp'),
  emailDisabled: refusal(422, 'email_provider_disabled', 'Email logins are disabled'),
  captcha: refusal(400, 'captcha_failed', 'captcha protection: request disallowed (no captcha_token found)'),
  token: refusal(403, 'otp_expired', 'Token has expired or is invalid'),
  link: refusal(403, 'otp_expired', 'Email link is invalid or has expired'),
  verifyType: refusal(400, 'validation_failed', 'Invalid email verification type'),
  provider: refusal(400, 'validation_failed', 'Unsupported provider: provider is not enabled'),
  noFlow: refusal(404, 'flow_state_not_found', 'invalid flow state, no valid flow state found'),
  flowExpired: refusal(422, 'flow_state_expired', 'invalid flow state, flow state has expired'),
  verifier: refusal(400, 'bad_code_verifier', 'code challenge does not match previously saved code verifier'),
  noRefresh: refusal(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found'),
  usedRefresh: refusal(400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used'),
  noBearer: refusal(401, 'no_authorization', 'This endpoint requires a valid Bearer token'),
  jwt: refusal(
    403,
    'bad_jwt',
    'invalid JWT: unable to parse or verify signature, token signature is invalid',
  ),
  expiredJwt: refusal(
    403,
    'bad_jwt',
    'invalid JWT: unable to parse or verify signature, token has invalid claims: token is expired',
  ),
  noSession: refusal(403, 'session_not_found', 'Session from session_id claim in JWT does not exist'),
  noUser: refusal(403, 'user_not_found', 'User from sub claim in JWT does not exist'),
  denied: refusal(403, 'access_denied', 'The user has denied your application access.'),
  tooManyMails: (seconds: number) =>
    new AuthRefusal(
      429,
      'over_email_send_rate_limit',
      `For security purposes, you can only request this after ${seconds} seconds.`,
    ),
  tooMany: refusal(429, 'over_request_rate_limit', 'Request rate limit reached'),
  unsupported: refusal(400, 'invalid_credentials', 'unsupported_grant_type'),
  validation: (message: string) => new AuthRefusal(400, 'validation_failed', message),
} as const;
