import { itGives } from '../goldens.ts';

const cities =
  'datatable(c:string, n:long)["San Bernard",4, "San Juan Capistrano",3, "San Diego",3, "Paris",4, "One -on- One",2, "Two -on- Five",2, "Three -on- Six",1, "Oslo",1, "",1] | mv-expand range(1, n, 1)';
const logons =
  'range x from 1 to 40 step 1 | project m = strcat("user u", x, " logged on from 10.0.", x % 5, ".", x, iff(x % 4 == 0, " failed", " ok"))';
const numbered = 'range x from 1 to 10 step 1 | project s = strcat("fooZ", tostring(x))';

describe('reduce', () => {
  itGives(
    [
      // The documented examples.
      [`${numbered} | reduce by s`, 'Pattern Count Representative', [['others', 10, '']]],
      [`${numbered} | reduce by s with characters="Z"`, 'Pattern Count Representative', [['foo*', 10, 'fooZ1']]], // prettier-ignore
      [
        'range x from 1 to 1000 step 1 | project t = strcat("MachineLearningX", x % 10) | reduce by t with threshold=0.001, characters="X"',
        'Pattern Count Representative',
        [['MachineLearning*', 1000, 'MachineLearningX0']],
      ],
      // Separators stay, a wildcard stands for a term, the last one for all that follows, and more frequent texts represent.
      [
        `${cities} | reduce by c with threshold=0.2`,
        'Pattern Count Representative',
        [['San *', 10, 'San Bernard'], ['* -on- *', 5, 'One -on- One'], ['others', 6, '']], // prettier-ignore
      ],
      // The numbers 10 and 0 stay, since no other stand at their places.
      [
        `${logons} | reduce by m`,
        'Pattern Count Representative',
        [['user * logged on from 10.0.*.* ok', 30, 'user u1 logged on from 10.0.1.1 ok'], ['user * logged on from 10.0.*.* failed', 10, 'user u12 logged on from 10.0.2.12 failed']], // prettier-ignore
      ],
      // Of a share that just reaches the threshold nothing is made; a character that is none of a term's joins terms.
      ['datatable(s:string)["a-b x", "a-b y", "a-c x", "d"] | reduce by s with threshold=0.5', 'Pattern Count Representative', [['a-*', 3, 'a-b x'], ['others', 1, '']]], // prettier-ignore
      ['datatable(s:string)["a-b x", "a-b y", "a-c z", "d"] | reduce by s with threshold=0.4, characters="-"', 'Pattern Count Representative', [['a-b *', 2, 'a-b x'], ['others', 2, '']]], // prettier-ignore
      ['print s = "one" | reduce by s with threshold=1', 'Pattern Count Representative', [['one', 1, 'one']]],
      ['print s = "one" | where false | reduce by s', 'Pattern Count Representative', []],
      ["datatable(s:string)[@'a]\\^-*b', @'a]\\^-*c'] | reduce by s with characters=@']\\^-*\"'", 'Pattern Count Representative', [['a]\\^-*b', 1, 'a]\\^-*b'], ['a]\\^-*c', 1, 'a]\\^-*c']]], // prettier-ignore
      // kind=source keeps the rows and their order.
      [
        'datatable(c:string, Pattern:string)["a b 1","q", "zz","s", "a b 2","r"] | reduce kind=source by c with threshold=0.5',
        'c Pattern Pattern1',
        [['a b 1', 'q', 'a b *'], ['zz', 's', 'others'], ['a b 2', 'r', 'a b *']], // prettier-ignore
      ],
    ],
    [
      ['print s="x" | reduce by s with threshold=2', 'semantic', /constant number from 0 to 1/],
      ['print s="x" | reduce by s with threshold=-0.5', 'semantic', /constant number from 0 to 1/],
      [`print s="x" | reduce by s with characters="${Array.from('0123456789abcdefghijklmnopqrstuvwxyz').map((c) => c + c.toUpperCase()).join('')}"`, 'semantic', /leaves no character/], // prettier-ignore
    ],
  );
});
