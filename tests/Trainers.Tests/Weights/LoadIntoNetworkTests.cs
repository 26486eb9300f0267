using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Weights;

public class LoadIntoNetworkTests
{
    [Theory]
    [InlineData("network.pth")]
    [InlineData("network_old.pth")]
    [InlineData("network_2017.pth")]
    [InlineData("network.safetensors")]
    [InlineData("checkpoint.pth")]
    public void A_network_gets_the_files_values(string file)
    {
        using SmallNetwork network = new();

        var loaded = PretrainedWeights.Load(WeightsFixture.Path(file), network);

        Dictionary<string, Tensor> state = network.state_dict();
        Assert.Superset(state.Keys.Where(name => !name.EndsWith("tracked", StringComparison.Ordinal)).ToHashSet(), loaded.ToHashSet());
        foreach ((string name, Tensor tensor) in state.Where(item => item.Value.is_floating_point()))
            Assert.Equal(WeightsFixture.Values(tensor.shape), WeightsFixture.Floats(tensor));
    }

    [Fact]
    public void What_TorchSharp_saved_is_read()
    {
        using SmallNetwork saved = new(), network = new();
        PretrainedWeights.Load(WeightsFixture.Path("network.pth"), saved);
        using TemporaryFile file = new([], ".dat");
        saved.save(file.Path);

        Assert.Equal(saved.state_dict().Keys, PretrainedWeights.Load(file.Path, network));

        Assert.Equal(Copy(saved), Copy(network));
        using var weights = PretrainedWeights.Open(file.Path);
        Assert.Equal("TorchSharp", weights.Format);
        Assert.Equal([5, 4], weights.Tensors.Single(tensor => tensor.Name == "classifier.0.weight").Shape);
    }

    [Theory]
    [InlineData(8)]     // as a model of ONNX begins
    [InlineData(256)]   // as a pickle begins
    [InlineData(80)]    // as a zip file begins
    public void What_TorchSharp_saved_is_told_by_more_than_its_number_of_tensors(int tensors)
    {
        using var saved = nn.Sequential([.. Enumerable.Range(0, tensors).Select(i => nn.Linear(i % 3 + 1, 2, hasBias: false))]);
        using TemporaryFile file = new([], ".dat");
        saved.save(file.Path);
        using var weights = PretrainedWeights.Open(file.Path);

        Assert.Equal("TorchSharp", weights.Format);
        Assert.Equal(tensors, weights.Tensors.Count);
        foreach ((string name, Tensor tensor) in saved.state_dict()) Assert.Equal(WeightsFixture.Floats(tensor), WeightsFixture.Floats(weights, name));
    }

    [Fact]
    public void A_network_in_half_precision_gets_the_values_in_its_own()
    {
        using SmallNetwork network = new();
        network.to(ScalarType.BFloat16);

        PretrainedWeights.Load(WeightsFixture.Path("network.pth"), network);

        Tensor weight = network.state_dict()["features.0.weight"];
        Assert.Equal(ScalarType.BFloat16, weight.dtype);
        Assert.Equal(WeightsFixture.Values(108), WeightsFixture.Floats(weight));
    }

    [Fact]
    public void Parameters_stay_the_ones_that_an_optimiser_knows_and_stay_trainable()
    {
        using SmallNetwork network = new();
        var before = network.parameters().ToArray();

        PretrainedWeights.Load(WeightsFixture.Path("network.pth"), network);

        Assert.All(before.Zip(network.parameters()), pair => Assert.Same(pair.First, pair.Second));
        Assert.All(before, parameter => Assert.True(parameter.requires_grad && parameter.is_leaf));
    }

    [Fact]
    public void Every_shape_that_does_not_fit_is_named_and_nothing_changes()
    {
        using SmallNetwork network = new(classes: 7);
        var before = Copy(network);

        var e = Assert.Throws<InvalidDataException>(() => PretrainedWeights.Load(WeightsFixture.Path("network.pth"), network));

        Assert.Contains("network.pth", e.Message);
        Assert.Contains("'classifier.1.weight' is [3, 5] in the file and [7, 5] in the network", e.Message);
        Assert.Contains("'classifier.1.bias' is [3] in the file and [7] in the network", e.Message);
        Assert.Contains("skip", e.Message);
        Assert.Equal(before, Copy(network));
    }

    [Fact]
    public void A_skipped_layer_keeps_its_own_values()
    {
        using SmallNetwork network = new(classes: 7);
        float[] own = WeightsFixture.Floats(network.state_dict()["classifier.1.weight"]);

        var loaded = PretrainedWeights.Load(WeightsFixture.Path("network.pth"), network, new() { Skip = ["classifier.1"] });

        Assert.Equal(own, WeightsFixture.Floats(network.state_dict()["classifier.1.weight"]));
        Assert.Equal(WeightsFixture.Values(20), WeightsFixture.Floats(network.state_dict()["classifier.0.weight"]));
        Assert.DoesNotContain(loaded, name => name.StartsWith("classifier.1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_layer_to_skip_that_is_not_there_is_named()
    {
        using SmallNetwork network = new();

        var e = Assert.Throws<ArgumentException>(
            () => PretrainedWeights.Load(WeightsFixture.Path("network.pth"), network, new() { Skip = ["classifier.6"] }));

        Assert.Contains("'classifier.6'", e.Message);
    }

    [Fact]
    public void Missing_and_unused_tensors_are_named_together()
    {
        using SmallNetwork network = new();
        PretrainedWeightsOptions options = new() { Rename = name => name.Replace("features.0", "stem", StringComparison.Ordinal) };
        var before = Copy(network);

        var e = Assert.Throws<InvalidDataException>(() => PretrainedWeights.Load(WeightsFixture.Path("network.pth"), network, options));

        Assert.Contains("missing in the file: 'features.0.weight' [4, 3, 3, 3], 'features.0.bias' [4]", e.Message);
        Assert.Contains("not in the network: 'stem.weight' [4, 3, 3, 3], 'stem.bias' [4]", e.Message);
        Assert.Equal(before, Copy(network));
    }

    [Fact]
    public void Tensors_may_be_renamed_and_left_over()
    {
        using var layer = nn.Conv2d(3, 4, 3);
        PretrainedWeightsOptions options = new() { Rename = name => name.StartsWith("features.0.", StringComparison.Ordinal) ? name["features.0.".Length..] : null };

        var loaded = PretrainedWeights.Load(WeightsFixture.Path("network.pth"), layer, options);

        Assert.Equal(["weight", "bias"], loaded);
        Assert.Equal(WeightsFixture.Values(108), WeightsFixture.Floats(layer.weight!));
        options = new() { Rename = name => name.Replace("features.0.", "", StringComparison.Ordinal), AllowUnused = true };
        Assert.Equal(["weight", "bias"], PretrainedWeights.Load(WeightsFixture.Path("network.safetensors"), layer, options));
    }

    [Fact]
    public void Two_tensors_of_one_new_name_are_refused()
    {
        using var layer = nn.Linear(4, 5);

        var e = Assert.Throws<InvalidDataException>(
            () => PretrainedWeights.Load(WeightsFixture.Path("network.pth"), layer, new() { Rename = _ => "weight" }));

        Assert.Contains("'features.0.weight' and 'features.0.bias' are both to become 'weight'", e.Message);
    }

    [Fact]
    public void Whole_numbers_are_no_weights()
    {
        using var layer = nn.Linear(3, 2, hasBias: false);
        PretrainedWeightsOptions options = new() { Rename = name => name == "int32" ? "weight" : null };

        var e = Assert.Throws<InvalidDataException>(() => PretrainedWeights.Load(WeightsFixture.Path("types.pth"), layer, options));

        Assert.Contains("'weight' is int32 in the file and float32 in the network", e.Message);
    }

    [Fact]
    public void Whole_numbers_of_another_width_are_refused()
    {
        using var norm = nn.BatchNorm1d(1);
        using TemporaryFile file = new(SafeTensors("""{"num_batches_tracked":{"dtype":"I32","shape":[],"data_offsets":[0,4]}}""", BitConverter.GetBytes(7)));

        var e = Assert.Throws<InvalidDataException>(
            () => PretrainedWeights.Load(file.Path, norm, new() { Skip = ["weight", "bias", "running_mean", "running_var"] }));

        Assert.Contains("'num_batches_tracked' is int32 in the file and int64 in the network", e.Message);
    }

    [Theory]
    [InlineData("_orig_mod.module.features.0.weight")]
    [InlineData("module._orig_mod.features.0.weight")]
    [InlineData("features.module.0.weight")]
    [InlineData("_orig_mod.features._orig_mod.module.0.weight")]
    [InlineData("model.features.0.weight")]
    [InlineData("net._orig_mod.backbone.features.module.0.weight")]
    public void What_wrappers_and_frameworks_put_into_names_is_taken_off_and_said(string first)
    {
        using SmallNetwork network = new();
        string Renamed(string name) => first.Replace("features", name.Split('.')[0], StringComparison.Ordinal)
            .Replace("0.weight", name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
        using TemporaryFile file = new(SafeTensors(WeightsFixture.Network.Select(item => (Renamed(item.Key), item.Value))));
        List<string> said = [];

        var loaded = PretrainedWeights.Load(file.Path, network, new() { Log = said.Add });

        // The file's count of batches is a float32 here.
        Assert.Equal(WeightsFixture.Network.Keys.Where(name => !name.EndsWith("tracked", StringComparison.Ordinal)), loaded);
        foreach ((string name, Tensor tensor) in network.state_dict().Where(item => item.Value.is_floating_point()))
            Assert.Equal(WeightsFixture.Values(tensor.shape), WeightsFixture.Floats(tensor));
        Assert.Equal($"Of '{file.Path}', 10 names were shortened to the network's, such as '{first}' to 'features.0.weight'.", Assert.Single(said));
    }

    [Fact]
    public void A_part_of_the_networks_own_that_is_called_module_keeps_its_name()
    {
        using var network = nn.Sequential(("module", nn.Linear(2, 1)));
        using TemporaryFile file = new(SafeTensors([("module.weight", [1, 2]), ("module.bias", [1])]));
        List<string> said = [];

        Assert.Equal(["module.weight", "module.bias"], PretrainedWeights.Load(file.Path, network, new() { Log = said.Add }));
        Assert.Empty(said);
        using var weights = PretrainedWeights.Open(file.Path);
        Assert.Equal(WeightsFixture.Values(2), WeightsFixture.Floats(weights, "module.weight"));
        Assert.Equal(WeightsFixture.Values(2), WeightsFixture.Floats(weights, "weight"));
    }

    [Fact]
    public void Of_two_networks_in_a_file_none_is_chosen()
    {
        using var network = nn.Linear(2, 1);
        using TemporaryFile file = new(SafeTensors([("teacher.weight", [1, 2]), ("teacher.bias", [1]), ("student.weight", [1, 2]), ("student.bias", [1])]));

        var e = Assert.Throws<InvalidDataException>(() => PretrainedWeights.Load(file.Path, network, new() { AllowUnused = true }));

        Assert.Contains("missing in the file: 'weight' [1, 2], 'bias' [1]", e.Message);
    }

    [Fact]
    public void A_network_in_double_precision_gets_doubles_unrounded()
    {
        using var layer = nn.Linear(1, 1, hasBias: false, dtype: ScalarType.Float64);
        using TemporaryFile file = new(SafeTensors("""{"weight":{"dtype":"F64","shape":[1,1],"data_offsets":[0,8]}}""", BitConverter.GetBytes(0.1)));

        PretrainedWeights.Load(file.Path, layer);

        Assert.Equal(0.1, layer.weight!.item<double>());
    }

    [Fact]
    public void Weights_pass_through_no_managed_memory()
    {
        const int Width = 2048;
        using var layer = nn.Linear(Width, Width, hasBias: false);
        byte[] header = Encoding.UTF8.GetBytes($"{{\"weight\":{{\"dtype\":\"F32\",\"shape\":[{Width},{Width}],\"data_offsets\":[0,{4 * Width * Width}]}}}}");
        byte[] bytes = new byte[8 + header.Length + (4 * Width * Width)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(bytes.Length - 4), 2.5f);
        using TemporaryFile file = new(bytes);

        long before = GC.GetAllocatedBytesForCurrentThread();
        PretrainedWeights.Load(file.Path, layer);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(2.5f, layer.weight![Width - 1, Width - 1].item<float>());
        Assert.InRange(allocated, 0, 1 << 20);
    }

    // Float32 tensors, filled as the fixtures are.
    private static byte[] SafeTensors(IEnumerable<(string Name, long[] Shape)> tensors)
    {
        List<string> header = [];
        List<byte> data = [];
        foreach ((string name, long[] shape) in tensors)
        {
            int begin = data.Count;
            data.AddRange(MemoryMarshal.AsBytes(WeightsFixture.Values(shape).AsSpan()));
            header.Add($"\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{begin},{data.Count}]}}");
        }

        return SafeTensors($"{{{string.Join(',', header)}}}", [.. data]);
    }

    private static byte[] SafeTensors(string header, byte[] data) => [.. BitConverter.GetBytes((long)header.Length), .. Encoding.ASCII.GetBytes(header), .. data];

    private static Dictionary<string, float[]> Copy(nn.Module network) =>
        network.state_dict().ToDictionary(item => item.Key, item => WeightsFixture.Floats(item.Value));
}
