using static TorchSharp.torch.nn;

namespace Compat.TorchSharpTests.NN;

public sealed class SaveTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void A_saved_network_is_loaded_with_all_its_numbers()
    {
        using var scope = NewDisposeScope();
        using TwoLayers saved = new(), loaded = new();
        saved.call(Numbers.Sines(5, 3));
        saved.eval();
        loaded.eval();

        saved.save(path);
        var matched = new Dictionary<string, bool>();
        Assert.Same(loaded, loaded.load(path, loadedParameters: matched));

        var x = Numbers.Sines(5, 3);
        Assert.Equal(saved.call(x).flatten().data<float>().ToArray(), loaded.call(x).flatten().data<float>().ToArray());
        Assert.Equal(11, matched.Count);
        Assert.All(matched.Values, Assert.True);
    }

    [Fact]
    public void A_file_holds_count_names_types_shapes_and_numbers_as_TorchSharps_does()
    {
        using var layer = Linear(Parameter(tensor(new[] { 1f, 2f }).reshape(1, 2)), Parameter(tensor(new[] { 3f })));
        using var file = new MemoryStream();
        layer.save(file);

        // Lengths and types in LEB128, names with BinaryWriter's length, 6 for Float32.
        using var expected = new MemoryStream();
        using var by = new BinaryWriter(expected);
        by.Write((byte)2);
        by.Write("weight");
        by.Write(new byte[] { 6, 2, 1, 2 });
        by.Write(1f);
        by.Write(2f);
        by.Write("bias");
        by.Write(new byte[] { 6, 1, 1 });
        by.Write(3f);
        Assert.Equal(expected.ToArray(), file.ToArray());
    }

    [Fact]
    public void Another_network_is_refused_when_strict_and_loaded_where_it_fits_when_not()
    {
        using Module small = Sequential(("a", Linear(2, 2))), large = Sequential(("a", Linear(2, 2)), ("b", Linear(2, 2)));
        using Module renamed = Sequential(("c", Linear(2, 2)));
        small.save(path);

        Assert.Throws<ArgumentException>(() => large.load(path));
        Assert.Throws<ArgumentException>(() => renamed.load(path));
        large.load(path, strict: false);
        Assert.Equal(Values(small, "a.weight"), Values(large, "a.weight"));
    }

    [Fact]
    public void Skipped_entries_are_neither_written_nor_read()
    {
        using Module one = Linear(2, 2), other = Linear(2, 2);
        var before = Values(other, "weight");

        one.save(path);
        other.load(path, skip: ["weight"]);
        Assert.Equal(before, Values(other, "weight"));
        Assert.Equal(Values(one, "bias"), Values(other, "bias"));

        one.save(path, skip: ["bias"]);
        Assert.Throws<ArgumentException>(() => other.load(path));
    }

    [Fact]
    public void A_tensor_of_another_shape_or_a_file_that_is_absent_is_refused()
    {
        using Module narrow = Linear(2, 2), wide = Linear(2, 3);
        narrow.save(path);
        Assert.Throws<ArgumentException>(() => wide.load(path));
        Assert.Throws<FileNotFoundException>(() => narrow.load(path + ".absent"));
    }

    private static float[] Values(Module module, string name) =>
        module.get_parameter(name)!.detach().contiguous().data<float>().ToArray();
}
