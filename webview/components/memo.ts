// Draws a component again only when one of its props is another object: unchanged parts of the view keep their identity.
import { Component, h, type FunctionComponent } from 'preact';

export interface MemoClass<P> {
  new (props: P): Component<P> & { shouldComponentUpdate(next: Readonly<P>): boolean };
}

export function memo<P extends object>(Inner: FunctionComponent<P>): MemoClass<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>) {
      const keys = new Set([...Object.keys(this.props), ...Object.keys(next)]) as Set<keyof P>;
      return [...keys].some((key) => this.props[key] !== next[key]);
    }

    override render() {
      return h(Inner, this.props as P);
    }
  };
}
