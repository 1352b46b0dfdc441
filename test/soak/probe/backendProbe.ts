import { takeCensus } from './census.ts';
import { answerQuestions } from './questions.ts';

// Imported by the embedded backend's process before its own code.
answerQuestions('backend', { census: takeCensus });
