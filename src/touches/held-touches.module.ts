import { Module } from '@nestjs/common';
import { HeldTouchesService } from './held-touches.service.js';

/** Apart from the other parts of touches, which need published documents: publishing needs this. */
@Module({ providers: [HeldTouchesService], exports: [HeldTouchesService] })
export class HeldTouchesModule {}
