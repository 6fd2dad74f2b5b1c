import assert from 'node:assert/strict';
import {
  attackVersion,
  currentTechniques,
  tactics,
  tacticsNamed,
  technique,
  techniques,
} from '../../src/attack/catalogue.ts';
import { resolutionNote, resolveTechnique } from '../../src/attack/resolve.ts';

describe('ATT&CK catalogue', () => {
  it('holds Enterprise 19 with its tactics in matrix order', () => {
    assert.equal(attackVersion, '19');
    assert.equal(techniques.size, 853);
    assert.deepEqual(
      tactics.map(({ id }) => id),
      'TA0043 TA0042 TA0001 TA0002 TA0003 TA0004 TA0005 TA0112 TA0006 TA0007 TA0008 TA0009 TA0011 TA0010 TA0040'.split(
        ' ',
      ),
    );
  });

  it('names a sub-technique with its parent', () => {
    const powershell = technique(' t1059.001 ');
    assert.equal(powershell?.name, 'PowerShell');
    assert.equal(powershell.fullName, 'Command and Scripting Interpreter: PowerShell');
    assert.equal(powershell.parent, 'T1059');
    assert.deepEqual(
      powershell.tactics.map(({ name }) => name),
      ['Execution'],
    );
  });

  it('lists several tactics in matrix order', () => {
    assert.deepEqual(
      technique('T1053')?.tactics.map(({ name }) => name),
      ['Execution', 'Persistence', 'Privilege Escalation'],
    );
  });

  it('knows what version 19 added, renamed and moved', () => {
    assert.equal(
      technique('T1685.001')?.fullName,
      'Disable or Modify Tools: Disable or Modify Windows Event Log',
    );
    assert.equal(technique('T1222.001')?.name, 'Windows Permissions');
    const tacticsOf = (id: string) => technique(id)?.tactics.map(({ shortName }) => shortName);
    assert.deepEqual(tacticsOf('T1685'), ['defense-impairment']);
    assert.deepEqual(tacticsOf('T1027'), ['stealth']);
    assert.deepEqual(tacticsOf('T1548'), ['privilege-escalation']);
  });

  it('reads a tactic by any of its names, and a split one as its parts', () => {
    const named = (written: string) => tacticsNamed(written).map(({ id }) => id);
    assert.deepEqual(named('Defense Evasion'), ['TA0005', 'TA0112']);
    assert.deepEqual(named('defense_impairment'), ['TA0112']);
    assert.deepEqual(named('TA0007'), ['TA0007']);
    assert.deepEqual(named('Command and Control'), ['TA0011']);
    assert.deepEqual(named('evasion'), []);
  });

  it('lists the techniques in force', () => {
    const ids = currentTechniques.map(({ id }) => id);
    assert.ok(ids.includes('T1685') && ids.includes('T1059.001'));
    for (const gone of ['T1562.001', 'T1086', 'T1043']) assert.ok(!ids.includes(gone), gone);
  });

  it('knows every parent and every replacement', () => {
    for (const { id, parent, revokedBy, tactics: itsTactics } of techniques.values()) {
      if (parent !== undefined) assert.ok(techniques.has(parent), `parent of ${id}`);
      if (revokedBy !== undefined) assert.ok(techniques.has(revokedBy), `replacement of ${id}`);
      assert.ok(itsTactics.length > 0, `tactics of ${id}`);
    }
  });
});

describe('resolving a technique id', () => {
  it('leaves a current technique as it is', () => {
    const resolution = resolveTechnique('T1046');
    assert.ok(resolution.kind === 'current');
    assert.equal(resolution.technique.name, 'Network Service Discovery');
    assert.equal(resolutionNote(resolution), '');
  });

  it('replaces a revoked one and says so', () => {
    const resolution = resolveTechnique('T1086');
    assert.ok(resolution.kind === 'revoked');
    assert.equal(resolution.technique.id, 'T1059.001');
    assert.equal(resolutionNote(resolution), 'T1086 is revoked by T1059.001 PowerShell');
  });

  it('follows a chain of replacements to its end', () => {
    for (const [written, chain] of [
      ['T1073', ['T1073', 'T1574.002', 'T1574.001']],
      ['T1150', ['T1150', 'T1547.011', 'T1647']],
      ['T1162', ['T1162', 'T1547.011', 'T1647']],
      ['T1562.001', ['T1562.001', 'T1685']],
      ['T1089', ['T1089', 'T1562.001', 'T1685']],
    ] as const) {
      const resolution = resolveTechnique(written);
      assert.ok(resolution.kind === 'revoked');
      assert.deepEqual(resolution.chain, chain);
    }
  });

  it('ends at a technique in force for every revoked id', () => {
    for (const { id, revokedBy } of techniques.values()) {
      if (revokedBy === undefined) continue;
      const resolution = resolveTechnique(id);
      assert.ok(resolution.kind === 'revoked');
      assert.equal(resolution.technique.revokedBy, undefined, id);
    }
  });

  it('keeps a deprecated one and says so', () => {
    const resolution = resolveTechnique('T1043');
    assert.ok(resolution.kind === 'deprecated');
    assert.equal(resolutionNote(resolution), 'T1043 is deprecated in ATT&CK without a replacement');
  });

  it('answers an unknown id with close ones', () => {
    const closeTo = (written: string): readonly string[] => {
      const resolution = resolveTechnique(written);
      assert.ok(resolution.kind === 'unknown');
      return resolution.closeIds;
    };
    assert.ok(closeTo('T10466').includes('T1046'));
    assert.ok(closeTo('1046').includes('T1046'));
    assert.deepEqual(closeTo('PowerShell'), ['T1059.001']);
    assert.ok(closeTo('T1053.999').includes('T1053'));
    assert.deepEqual(closeTo('nonsense'), []);
  });
});
