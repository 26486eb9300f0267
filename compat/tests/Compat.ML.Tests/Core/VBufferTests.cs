using Microsoft.ML.Data;

namespace Compat.ML.Tests;

public class VBufferTests
{
    private static readonly int[] SparseSlots = [1, 4];

    private static VBuffer<float> Sparse() => new(6, 2, [10f, 40f], [1, 4]);

    [Fact]
    public void Sparse_vector_has_zeros_between_its_explicit_values()
    {
        VBuffer<float> sparse = Sparse();
        Assert.False(sparse.IsDense);
        Assert.Equal([0f, 10, 0, 0, 40, 0], sparse.DenseValues());
        Assert.Equal([10f, 40f], sparse.GetValues().ToArray());
        Assert.Equal(SparseSlots, sparse.GetIndices().ToArray());
        Assert.Equal(40f, sparse.GetItemOrDefault(4));
        Assert.Equal(0f, sparse.GetItemOrDefault(3));
    }

    [Fact]
    public void Items_are_explicit_ones_unless_all_are_wanted()
    {
        Assert.Equal(SparseSlots, Sparse().Items().Select(item => item.Key));
        Assert.Equal([0, 1, 2, 3, 4, 5], Sparse().Items(all: true).Select(item => item.Key));
        Assert.Equal([0f, 10, 0, 0, 40, 0], Sparse().Items(all: true).Select(item => item.Value));
    }

    [Fact]
    public void Dense_vector_has_no_indices()
    {
        var dense = new VBuffer<int>(3, [7, 8, 9]);
        Assert.True(dense.IsDense);
        Assert.True(dense.GetIndices().IsEmpty);
        Assert.Equal([7, 8, 9], dense.GetValues().ToArray());
    }

    [Fact]
    public void Copy_of_a_range_of_a_sparse_vector_shifts_its_indices()
    {
        VBuffer<float> part = default;
        Sparse().CopyTo(ref part, 3, 3);
        Assert.Equal([0f, 40, 0], part.DenseValues());
        Assert.Equal([1], part.GetIndices().ToArray());
    }

    [Fact]
    public void Copy_to_a_span_fills_the_gaps_with_the_default_given()
    {
        var target = new float[7];
        Sparse().CopyTo(target, 1, -1);
        Assert.Equal([0f, -1, 10, -1, -1, 40, -1], target);
        Assert.Throws<ArgumentOutOfRangeException>(() => Sparse().CopyTo(new float[5]));
    }

    [Fact]
    public void Editor_writes_into_the_arrays_of_the_buffer_it_edits()
    {
        var values = new float[4];
        var buffer = new VBuffer<float>(4, values);
        VBufferEditor<float> editor = VBufferEditor.Create(ref buffer, 3);
        Assert.False(editor.CreatedNewValues);
        editor.Values[2] = 5;
        buffer = editor.Commit();
        Assert.Equal(5, values[2]);
        Assert.Equal(3, buffer.Length);
    }

    [Fact]
    public void Editor_makes_new_arrays_when_the_old_ones_are_too_small()
    {
        var buffer = new VBuffer<float>(2, [1f, 2]);
        VBufferEditor<float> editor = VBufferEditor.Create(ref buffer, 5, keepOldOnResize: true);
        Assert.True(editor.CreatedNewValues);
        Assert.Equal([1f, 2], editor.Values[..2].ToArray());
        Assert.Equal(5, editor.Values.Length);
    }

    [Fact]
    public void Truncated_commit_of_a_sparse_edit_keeps_the_first_values()
    {
        VBuffer<float> buffer = default;
        VBufferEditor<float> editor = VBufferEditor.Create(ref buffer, 10, 4);
        editor.Values[0] = 3;
        editor.Indices[0] = 8;
        buffer = editor.CommitTruncated(1);
        Assert.Equal(10, buffer.Length);
        Assert.Equal(3, buffer.GetItemOrDefault(8));
        Assert.Equal(3, buffer.DenseValues().Sum());
    }

    [Fact]
    public void Values_shorter_than_the_length_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new VBuffer<int>(3, [1, 2]));
}
