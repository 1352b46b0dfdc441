import type { Answer, Parameters, RequestName } from '../../shared/requests.ts';

type Handler<N extends RequestName> = (parameters: Parameters<N>) => Promise<Answer<N>>;

/** Does what a page asks; each rejects with a `Refusal` or a `RunglassError`. */
export type RequestHandlers = { readonly [N in RequestName]: Handler<N> };
