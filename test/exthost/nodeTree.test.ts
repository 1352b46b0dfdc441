import assert from 'node:assert/strict';
import type { ViewNode } from '../../src/extension/views/node.ts';
import { NodeTree } from '../../src/extension/views/nodeTree.ts';

describe('the nodes of a view', () => {
  const node = (id: string): ViewNode => ({
    id,
    label: id,
    description: '',
    tooltip: '',
    spoken: id,
    icon: { name: 'pass', color: null },
    context: 'run',
    command: null,
    children: [],
  });

  it('are those of the moment when VS Code asks, told of or not', () => {
    let nodes = [node('a')];
    const tree = new NodeTree(() => nodes);
    const shown = () => tree.getChildren().map(({ id }) => id);
    assert.deepEqual(shown(), ['a']);
    nodes = [node('a'), node('b')];
    assert.deepEqual(shown(), ['a', 'b']);
    tree.dispose();
  });

  it('are told of once when they change, and stay the same objects', () => {
    let nodes = [node('a')];
    const tree = new NodeTree(() => nodes);
    const [first] = tree.getChildren();
    const told: (readonly string[] | undefined)[] = [];
    tree.onDidChangeTreeData((changed) => told.push(changed?.map(({ id }) => id)));
    tree.update();
    nodes = [{ ...node('a'), description: 'later' }];
    tree.update();
    tree.update();
    nodes = [...nodes, node('b')];
    tree.update();
    assert.deepEqual(told, [['a'], undefined]);
    assert.equal(tree.getChildren()[0], first);
    tree.dispose();
  });
});
