// Draws a component again only when one of its props is another object: unchanged parts of the view keep their identity.
import { Component, h, type FunctionComponent } from 'preact';

export interface MemoClass<P> {
  new (props: P): Component<P> & { shouldComponentUpdate(next: Readonly<P>): boolean };
}

export function memo<P extends object>(Inner: FunctionComponent<P>): MemoClass<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>) {
      // Asked for each block of an answer in each frame.
      for (const key in next) if (this.props[key] !== next[key]) return true;
      for (const key in this.props) if (!(key in next)) return true;
      return false;
    }

    override render() {
      return h(Inner, this.props as P);
    }
  };
}
