import { t } from '../shared/l10n.ts';
import type { SignInRefusal } from '../shared/status.ts';

/** Why a sign-in was refused, and what to do. */
export function refusalWords(why: SignInRefusal): { readonly message: string; readonly hint: string } {
  switch (why) {
    case 'wrongCode':
      return {
        message: t('The code or link is wrong, was used, or is too old.'),
        hint: t('Check it, or have a new one sent; only the newest mail counts.'),
      };
    case 'noAccount':
      return {
        message: t('There is no account with this e-mail here.'),
        hint: t('Check the address; a new account is made with the project, not by signing in.'),
      };
    case 'banned':
      return {
        message: t('This account is banned.'),
        hint: t('Ask whoever runs the project.'),
      };
    case 'denied':
      return {
        message: t('The sign-in was declined in the browser.'),
        hint: t('Try again, or choose another way; the project may not take new accounts.'),
      };
    case 'wayDisabled':
      return {
        message: t('This way of signing in is switched off in the project.'),
        hint: t('Choose another way.'),
      };
    case 'captcha':
      return {
        message: t('The project wants a captcha, which only a browser can show.'),
        hint: t('Sign in with a provider in the browser, or switch the captcha off.'),
      };
    case 'secondFactor':
      return {
        message: t('The project wants a second factor, which Runglass cannot ask for.'),
        hint: t('Use an account without one.'),
      };
    case 'stale':
      return {
        message: t('This sign-in has expired, or was begun somewhere else.'),
        hint: t('Begin again.'),
      };
    case 'otherAccount':
      return {
        message: t('This link is for another account than the e-mail that was entered.'),
        hint: t('Nothing was changed. Have a new mail sent, or enter the other e-mail.'),
      };
    case 'mailNotSent':
      return {
        message: t('The project sends no mail to this address.'),
        hint: t('Check the address; a project without a mail server of its own writes to its team only.'),
      };
    case 'other':
      return {
        message: t('The server refused the sign-in.'),
        hint: t('Try again, or choose another way; the log has the answer of the server.'),
      };
    default:
      return why satisfies never;
  }
}

/** Asked too often; `seconds` until it may be asked again. */
export function tooManyWords(seconds: number | null): { readonly message: string; readonly hint: string } {
  return {
    message: t('The server was asked too often.'),
    hint: seconds === null ? t('Try again in some minutes.') : t('Try again in {0} s.', String(seconds)),
  };
}

/** What has to be done before anything else can be: a backend is to be chosen, or somebody is to sign in. */
export function firstWords(lacking: 'none' | 'signedOut'): string {
  return lacking === 'none'
    ? t('Runglass: choose a backend first (Runglass: Select Backend).')
    : t('Runglass: sign in first (Runglass: Sign In).');
}
