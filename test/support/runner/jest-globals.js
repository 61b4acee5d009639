/** What test files import from `@jest/globals`: each name means the one of the file that is running. */
const current = (name) => {
  const get = () => globalThis[Symbol.for('baton.jest-globals')][name];
  return new Proxy(() => {}, {
    apply: (_target, self, args) => Reflect.apply(get(), self, args),
    get: (_target, key) => get()[key],
  });
};

export const afterAll = current('afterAll');
export const afterEach = current('afterEach');
export const beforeAll = current('beforeAll');
export const beforeEach = current('beforeEach');
export const describe = current('describe');
export const expect = current('expect');
export const it = current('it');
export const test = current('test');
