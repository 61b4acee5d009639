import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';

/** The document is made once, after all routes exist; the page that serves it is one of those routes. */
@Injectable()
export class OpenapiHolder {
  private make: (() => OpenAPIObject) | undefined;
  private text: string | undefined;

  use(make: () => OpenAPIObject): void {
    this.make = make;
    this.text = undefined;
  }

  json(): string {
    if (this.make === undefined) throw new Error('The OpenAPI document is asked for before the application is set up');
    this.text ??= JSON.stringify(this.make());
    return this.text;
  }
}
