import type { TokenProblem } from '../jwt.ts';

// What the real server says about a bad token, in each of the three places where it looks at one.

function describeExpiry(problem: Extract<TokenProblem, { reason: 'expired' }>): string {
  return `Token has expired ${problem.secondsAgo} seconds ago`;
}

/** In the answer to the WebSocket request. */
export function socketRefusal(problem: TokenProblem): string {
  switch (problem.reason) {
    case 'malformed':
      return 'The token provided is not a valid JWT';
    case 'signature':
      return 'Failed to validate JWT signature';
    case 'expired':
      return 'Token has expired';
    case 'missingFields':
      return 'Fields `role` and `exp` are required in JWT';
    default:
      return problem satisfies never;
  }
}

/** In the reply to `phx_join`. */
export function joinRefusal(problem: TokenProblem): string {
  switch (problem.reason) {
    case 'malformed':
      return 'MalformedJWT: The token provided is not a valid JWT';
    case 'signature':
      return 'JwtSignatureError: Failed to validate JWT signature';
    case 'expired':
      return `InvalidJWTToken: ${describeExpiry(problem)}`;
    case 'missingFields':
      return 'InvalidJWTToken: Fields `role` and `exp` are required in JWT';
    default:
      return problem satisfies never;
  }
}

/** In the `system` message after `access_token`. */
export function renewalRefusal(problem: TokenProblem): string {
  switch (problem.reason) {
    case 'signature':
      return ':signature_error';
    case 'expired':
      return describeExpiry(problem);
    case 'malformed':
    case 'missingFields':
      return socketRefusal(problem);
    default:
      return problem satisfies never;
  }
}
