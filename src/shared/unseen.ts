/** White space, control characters, and signs and letters that draw nothing: joiners, fillers, a Braille pattern without dots. */
const nothing = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Whether nothing of a text can be seen. What is named so could not be found or pressed. */
export function isUnseen(text: string): boolean {
  return nothing.test(text);
}
