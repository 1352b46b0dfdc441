/** Something started, with how to end it. */
export interface Running {
  stop(): Promise<void>;
}
