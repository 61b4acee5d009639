import { describeMainLoop } from './main-loop.js';

describeMainLoop('dev', 150_000);
