/** Why something that was asked was not done; the message is in words for people. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
