import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseDatetime } from '../../../src/kql/time/parseDatetime.ts';
import { parseTimespan } from '../../../src/kql/time/parseTimespan.ts';
import {
  epochMillisecondsFromTicks,
  fieldsFromTicks,
  formatDatetime,
  formatTimespan,
  maxDatetimeTicks,
  maxTimespanTicks,
  minTimespanTicks,
  ticksFromEpochMilliseconds,
  ticksFromFields,
} from '../../../src/kql/time/ticks.ts';

const datetimes = fc.bigInt({ min: 0n, max: maxDatetimeTicks });

describe('ticks', () => {
  it('read back every datetime that they wrote', () => {
    fc.assert(fc.property(datetimes, (ticks) => parseDatetime(formatDatetime(ticks)) === ticks));
  });

  it('read back every timespan that they wrote', () => {
    const timespans = fc.bigInt({ min: minTimespanTicks, max: maxTimespanTicks });
    fc.assert(fc.property(timespans, (ticks) => parseTimespan(formatTimespan(ticks)) === ticks));
  });

  it('make the same datetime of their calendar fields', () => {
    fc.assert(fc.property(datetimes, (ticks) => ticksFromFields(fieldsFromTicks(ticks)) === ticks));
  });

  it("agree with JavaScript's calendar", () => {
    const milliseconds = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
    fc.assert(
      fc.property(milliseconds, (ms) => {
        const ticks = ticksFromEpochMilliseconds(ms);
        assert.equal(epochMillisecondsFromTicks(ticks), ms);
        assert.equal(`${formatDatetime(ticks).slice(0, 23)}Z`, new Date(ms).toISOString());
      }),
    );
  });

  it('write a timespan with days and fraction only where it has them', () => {
    assert.equal(formatTimespan(0n), '00:00:00');
    assert.equal(formatTimespan(937_845_000_000n), '1.02:03:04.5000000');
    assert.equal(formatTimespan(-1n), '-00:00:00.0000001');
  });
});

describe('parseDatetime', () => {
  const cases: readonly (readonly [text: string, iso: string | null])[] = [
    ['2020-06-15T13:45:09.1234567Z', '2020-06-15T13:45:09.1234567Z'],
    ['2020-06-15 13:45', '2020-06-15T13:45:00.0000000Z'],
    ['2014-05-25T08:20:03.123456+02:00', '2014-05-25T06:20:03.1234560Z'],
    ['2014-11-08 15:05 GMT', '2014-11-08T15:05:00.0000000Z'],
    ['1970-5-12', '1970-05-12T00:00:00.0000000Z'],
    ['2014', '2014-01-01T00:00:00.0000000Z'],
    ['20140525T082003Z', '2014-05-25T08:20:03.0000000Z'],
    ['Sat, 8 Nov 14 15:05:02 GMT', '2014-11-08T15:05:02.0000000Z'],
    ['Sat, 08 Nov 2014 15:05:02 EST', '2014-11-08T20:05:02.0000000Z'],
    ['Saturday, 08-Nov-14 15:05', '2014-11-08T15:05:00.0000000Z'],
    ['Sat Nov  8 15:05:02 2014', '2014-11-08T15:05:02.0000000Z'],
    ['Nov 8, 2014 3:05 PM', '2014-11-08T15:05:00.0000000Z'],
    ['02/17/2016 08:40:01', '2016-02-17T08:40:01.0000000Z'],
    ['15/01/2024 12:35:35', '2024-01-15T12:35:35.0000000Z'],
    ['02/17/2016 12:00:00 AM', '2016-02-17T00:00:00.0000000Z'],
    ['2020-02-30', null],
    ['2020-01-01 24:00', null],
    ['10000-01-01', null],
    ['not a date', null],
    ['', null],
  ];
  for (const [text, iso] of cases) {
    it(`reads '${text}' as ${iso ?? 'no datetime'}`, () => {
      const ticks = parseDatetime(text);
      assert.equal(ticks === null ? null : formatDatetime(ticks), iso);
    });
  }

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseDatetime(text);
      }),
    );
  });
});

describe('parseTimespan', () => {
  const cases: readonly (readonly [text: string, written: string | null])[] = [
    ['1d', '1.00:00:00'],
    ['1.5h', '01:30:00'],
    ['90s', '00:01:30'],
    ['100ms', '00:00:00.1000000'],
    ['10 microseconds', '00:00:00.0000100'],
    ['5ticks', '00:00:00.0000005'],
    ['-1d', '-1.00:00:00'],
    ['-00:30:00', '-00:30:00'],
    ['13:00', '13:00:00'],
    ['1.02:03:04.5', '1.02:03:04.5000000'],
    ['3', '3.00:00:00'],
    ['1.5', null],
    ['25:00', null],
    ['1 fortnight', null],
    ['', null],
  ];
  for (const [text, written] of cases) {
    it(`reads '${text}' as ${written ?? 'no timespan'}`, () => {
      const ticks = parseTimespan(text);
      assert.equal(ticks === null ? null : formatTimespan(ticks), written);
    });
  }
});
