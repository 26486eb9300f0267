using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace MLNetGen.Tests.Weights;

public class HostileFilesTests
{
    private const string Payload = "malicious_weights_were_run";

    public static TheoryData<string> Fixtures => [.. Directory.GetFiles(WeightsFixture.Folder).Select(path => Path.GetFileName(path)!)];

    [Theory]
    [InlineData("malicious.pth")]
    [InlineData("malicious_old.pth")]
    public void A_pickle_that_asks_to_run_a_command_is_refused_by_its_name(string file)
    {
        var e = Assert.Throws<InvalidDataException>(() => PretrainedWeights.Open(WeightsFixture.Path(file)));

        Assert.Contains($"{file}' asks to run 'posix.system': it is not a file of weights", e.Message);
        Assert.False(File.Exists(Payload));
    }

    [Theory]
    [InlineData("c__builtin__\neval\n.", "__builtin__.eval")]
    [InlineData("cbuiltins\ngetattr\n.", "builtins.getattr")]
    [InlineData("\u008C\u0005posix\u008C\u0006system\u0093.", "posix.system")]
    [InlineData("(U\u0002lsios\nsystem\n.", "os.system")]
    [InlineData("ctorch.storage\n_load_from_bytes\n.", "torch.storage._load_from_bytes")]
    [InlineData("ctorchvision.models.alexnet\nAlexNet\n)\u0081.", "torchvision.models.alexnet.AlexNet")]
    [InlineData("ccollections\nOrderedDict.__init__\n.", "collections.OrderedDict.__init__")]
    public void Whatever_else_is_to_be_run_is_refused_however_it_is_named(string pickle, string name)
    {
        var e = Assert.Throws<InvalidDataException>(() => OpenPickle(pickle));

        Assert.Contains($"asks to run '{name}'", e.Message);
    }

    [Theory]
    [InlineData("R.", "operands")]
    [InlineData("0.", "operands")]
    [InlineData("(.", "operands")]
    [InlineData("t.", "group")]
    [InlineData("h\u0005.", "value 5")]
    [InlineData("K\u0001K\u0002R.", "no function")]
    [InlineData("K\u0001}b.", "no function|attributes|dictionary")]
    [InlineData("}K\u0001b.", "no tensors")]
    [InlineData("K\u0001.", "no dictionary")]
    [InlineData("K\u0001Q.", "no storage")]
    [InlineData("ctorch\nFloatStorage\n)R.", "storage")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n)R.", "lacks")]
    [InlineData("I1\n.", "operation 0x49")]
    [InlineData("\u0080\u0009.", "protocol 9")]
    [InlineData("X\u00FF\u00FF\u00FF\u00FFabc", "4,294,967,295 bytes")]
    [InlineData("\u008D\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FFabc", "18,446,744,073,709,551,615 bytes")]
    // A dictionary that holds itself.
    [InlineData("}q\u0000U\u0005modelh\u0000s.", "no tensors")]
    public void A_senseless_pickle_is_refused(string pickle, string reason)
    {
        var e = Assert.Throws<InvalidDataException>(() => OpenPickle(pickle));

        Assert.Contains(reason.Split('|'), words => e.Message.Contains(words, StringComparison.Ordinal));
    }

    [Theory]
    // Shape, stride and offset of a tensor among 4 elements.
    [InlineData("K\u0000K\u0005\u0085K\u0001\u0085", "'w' [5] of float32 needs 20 bytes")]
    [InlineData("K\u0002K\u0003\u0085K\u0001\u0085", "'w' [3] of float32 needs 12 bytes from 8")]
    [InlineData("K\u0000K\u0002\u0085K\u0004\u0085", "needs 20 bytes")]
    [InlineData("K\u0005K\u0001\u0085K\u0001\u0085", "begins at element 5 of 4")]
    [InlineData("J\u00FF\u00FF\u00FF\u00FFK\u0001\u0085K\u0001\u0085", "begins at element -1")]
    [InlineData("K\u0000J\u00FF\u00FF\u00FF\u00FF\u0085K\u0001\u0085", "the shape [-1]")]
    [InlineData("K\u0000K\u0002\u0085J\u00FF\u00FF\u00FF\u00FF\u0085", "the strides [-1]")]
    [InlineData("K\u0000K\u0002K\u0002\u0086K\u0001\u0085", "the strides [1]")]
    [InlineData("K\u0000J\u00FF\u00FF\u00FF\u007F\u0085K\u0000\u0085", "repeats 16 stored bytes to 8,589,934,588")]
    [InlineData("K\u0000\u008A\u0008\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u007F\u008A\u0008\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u007F\u0086K\u0001K\u0001\u0086", "needs")]
    [InlineData("K\u0000\u008A\u0009\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u007F\u0085K\u0001\u0085", "no number")]
    public void A_tensor_beyond_its_storage_is_refused(string place, string reason)
    {
        const string Storage = "(U\u0007storagectorch\nFloatStorage\nU\u00010U\u0003cpuK\u0004tQ";
        string pickle = $"}}U\u0001wctorch._utils\n_rebuild_tensor_v2\n({Storage}{place}\u0089}}tRs.";

        var e = Assert.Throws<InvalidDataException>(() => OpenPickle(pickle, storage: new byte[16]));

        Assert.True(e.Message.Contains(reason, StringComparison.Ordinal), e.Message);
    }

    [Fact]
    public void A_storage_that_is_shorter_than_said_or_absent_is_refused()
    {
        const string Pickle = "}U\u0001wctorch._utils\n_rebuild_tensor_v2\n((U\u0007storagectorch\nFloatStorage\nU\u00010U\u0003cpuK\u0004tQK\u0000K\u0004\u0085K\u0001\u0085\u0089}tRs.";

        Assert.Contains("12 bytes are stored", Assert.Throws<InvalidDataException>(() => OpenPickle(Pickle, storage: new byte[12])).Message);
        Assert.Contains("lacks the entry 'archive/data/0'", Assert.Throws<InvalidDataException>(() => OpenPickle(Pickle)).Message);
        Assert.Equal(4, OpenPickle(Pickle, storage: new byte[16]).Single().Shape.Single());
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void A_file_cut_off_anywhere_is_refused(string name)
    {
        byte[] whole = File.ReadAllBytes(WeightsFixture.Path(name));
        int step = Math.Max(1, whole.Length / 50);
        for (int length = 0; length < whole.Length; length += step)
        {
            using TemporaryFile file = new(whole[..length]);
            var e = Assert.Throws<InvalidDataException>(() => ReadAll(file.Path));
            Assert.StartsWith($"'{file.Path}' ", e.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void A_file_with_damaged_bytes_is_read_or_refused(string name)
    {
        byte[] whole = File.ReadAllBytes(WeightsFixture.Path(name));
        Random random = new(1);
        for (int trial = 0; trial < 60; trial++)
        {
            byte[] damaged = [.. whole];
            for (int i = 0; i <= trial % 3; i++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            using TemporaryFile file = new(damaged);
            Exception? e = Record.Exception(() => ReadAll(file.Path));
            Assert.True(e is null or InvalidDataException, $"trial {trial}: {e}");
        }
    }

    [Fact]
    public void A_flipped_bit_of_a_tensor_is_found_by_its_checksum()
    {
        byte[] bytes = File.ReadAllBytes(WeightsFixture.Path("network.pth"));
        int tensor = bytes.AsSpan().IndexOf(MemoryMarshal.AsBytes(WeightsFixture.Values(108).AsSpan(0, 8)));
        bytes[tensor + 6] ^= 1;
        using TemporaryFile damaged = new(bytes);
        using SmallNetwork network = new();
        float[] before = WeightsFixture.Floats(network.state_dict()["classifier.1.bias"]);

        var e = Assert.Throws<InvalidDataException>(() => PretrainedWeights.Load(damaged.Path, network));

        Assert.StartsWith($"'{damaged.Path}' is cut off or damaged: ", e.Message);
        Assert.Contains("its checksum is ", e.Message);
        Assert.Equal(before, WeightsFixture.Floats(network.state_dict()["classifier.1.bias"]));
        using var weights = PretrainedWeights.Open(damaged.Path);
        Assert.Equal(WeightsFixture.Values(3), WeightsFixture.Floats(weights, "classifier.1.bias"));
        Assert.Throws<InvalidDataException>(() => weights.Read("features.0.weight"));
    }

    [Fact]
    public void A_file_whose_checksums_were_left_out_is_read()
    {
        byte[] bytes = File.ReadAllBytes(WeightsFixture.Path("network.pth"));
        for (int entry = 0; (entry = IndexOf(bytes, "PK\u0001\u0002"u8, entry + 1)) > 0;) bytes.AsSpan(entry + 16, 4).Clear();
        using TemporaryFile file = new(bytes);
        using var weights = PretrainedWeights.Open(file.Path);

        Assert.Equal(WeightsFixture.Values(108), WeightsFixture.Floats(weights, "features.0.weight"));

        static int IndexOf(byte[] bytes, ReadOnlySpan<byte> what, int start) => bytes.AsSpan(start).IndexOf(what) is >= 0 and int found ? start + found : -1;
    }

    [Fact]
    public void What_TorchSharp_saved_is_cut_off_or_damaged_and_refused()
    {
        using SmallNetwork network = new();
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        network.save(writer);
        byte[] whole = stream.ToArray();
        for (int length = 1; length < whole.Length; length += 37) Refuse(whole[..length]);
        Refuse([.. whole, 0]);

        static void Refuse(byte[] bytes)
        {
            using TemporaryFile file = new(bytes, ".dat");
            Assert.StartsWith($"'{file.Path}' ", Assert.Throws<InvalidDataException>(() => ReadAll(file.Path)).Message);
        }
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("<!DOCTYPE html>\n<html>", "it is text that begins with '<!DOCTYPE html>'")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "Git LFS")]
    [InlineData("\u001F\u008B\u0008\u0000", "packed with gzip")]
    [InlineData("\u00FF\u00D8\u00FF\u00E0", "first bytes are FFD8FFE0")]
    [InlineData("\u0080\u0002K\u0001.", "not PyTorch's")]
    [InlineData("MATLAB 7.3 MAT-file, Platform: GLNXA64", "it is HDF5, which MATLAB 7.3 writes")]
    [InlineData("\u0089HDF\r\n\u001A\n", "it is HDF5")]
    [InlineData("\u0008\u0007", "holds no graph")]
    public void A_file_of_another_kind_is_named_for_what_it_is(string content, string reason)
    {
        using TemporaryFile file = new(Encoding.Latin1.GetBytes(content));

        var e = Assert.Throws<InvalidDataException>(() => PretrainedWeights.Open(file.Path));

        Assert.StartsWith($"'{file.Path}' is not a file of weights: ", e.Message);
        Assert.True(e.Message.Contains(reason, StringComparison.Ordinal), e.Message);
    }

    [Theory]
    [InlineData("}", 600_000)]
    [InlineData("]", 600_000)]
    [InlineData("K\u0000", 4_300_000)]
    // One value, remembered again and again.
    [InlineData("N|\u0094", 4_300_000)]
    // One list of 300 pairs, made a dictionary again and again.
    [InlineData("ccollections\nOrderedDict\nq\u0000](PAIRSe\u0085q\u00010|h\u0000h\u0001R0", 20_000)]
    public void A_pickle_that_multiplies_values_is_refused(string pickle, int times)
    {
        string[] parts = pickle.Replace("PAIRS", string.Concat(Enumerable.Repeat("NN\u0086", 300)), StringComparison.Ordinal).Split('|');

        var e = Assert.Throws<InvalidDataException>(() => OpenPickle($"{(parts.Length > 1 ? parts[0] : "")}{string.Concat(Enumerable.Repeat(parts[^1], times))}N."));

        Assert.Contains("too many values", e.Message);
    }

    [Fact]
    public void A_pickle_that_is_too_long_is_refused()
    {
        using TemporaryFile file = new(Zip(("archive/data.pkl", new byte[(1 << 25) + 1])));

        Assert.Contains("pickle is said to have 33,554,433 bytes", Assert.Throws<InvalidDataException>(() => PretrainedWeights.Open(file.Path)).Message);
    }

    [Theory]
    [InlineData("\u008B\u0011\u0000\u0000\u0000")]
    [InlineData("\u008A\u0011")]
    public void A_whole_number_of_more_than_16_bytes_is_refused(string operation)
    {
        var e = Assert.Throws<InvalidDataException>(() => OpenPickle($"{operation}{new string('\u0001', 17)}."));

        Assert.Contains("a number of 17 bytes", e.Message);
    }

    [Fact]
    public void A_tensor_of_more_than_64_axes_is_refused()
    {
        const string Storage = "(U\u0007storagectorch\nFloatStorage\nU\u00010U\u0003cpuK\u0004tQ";
        string axes = $"({string.Concat(Enumerable.Repeat("K\u0001", 65))}t";

        var e = Assert.Throws<InvalidDataException>(
            () => OpenPickle($"}}U\u0001wctorch._utils\n_rebuild_tensor_v2\n({Storage}K\u0000{axes}{axes}\u0089}}tRs.", new byte[16]));

        Assert.Contains("a size of 65 numbers", e.Message);
    }

    [Fact]
    public void A_zip_entry_that_claims_more_than_the_file_is_refused()
    {
        const string Pickle = "}U\u0001wctorch._utils\n_rebuild_tensor_v2\n((U\u0007storagectorch\nFloatStorage\nU\u00010U\u0003cpuK\u0004tQK\u0000K\u0004\u0085K\u0001\u0085\u0089}tRs.";
        byte[] zip = Zip(("archive/data.pkl", [0x80, 0x02, .. Encoding.Latin1.GetBytes(Pickle)]), ("archive/data/0", new byte[16]));
        int directory = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(directory + 20), int.MaxValue);
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(directory + 24), int.MaxValue);
        using TemporaryFile file = new(zip);

        var e = Assert.Throws<InvalidDataException>(() => PretrainedWeights.Open(file.Path));

        Assert.Contains("'archive/data/0' is said to hold 2,147,483,647 bytes", e.Message);
    }

    [Fact]
    public void A_very_long_shape_is_named_by_its_beginning()
    {
        string header = """{"w":{"dtype":"F32","shape":[""" + string.Join(',', Enumerable.Repeat(1, 5000)) + """],"data_offsets":[0,4]}}""";
        using TemporaryFile file = new([.. BitConverter.GetBytes((long)header.Length), .. Encoding.ASCII.GetBytes(header), .. new byte[4]]);

        var e = Assert.Throws<InvalidDataException>(() => PretrainedWeights.Open(file.Path));

        Assert.Contains("[1, 1, 1, 1, 1, 1, 1, 1, …]", e.Message);
        Assert.InRange(e.Message.Length, 1, 500);
    }

    [Fact]
    public void An_array_of_MATLAB_that_ends_beyond_the_one_around_it_is_refused()
    {
        byte[] inner = MatFixture.Cell(MatFixture.Cell(), MatFixture.Cell());
        // The inner cell says that it goes on to the end of the outer one's sibling.
        BinaryPrimitives.WriteInt32LittleEndian(inner.AsSpan(4), inner.Length - 8 + MatFixture.Cell().Length);
        using TemporaryFile file = new(MatFixture.File(MatFixture.Cell(MatFixture.Cell(inner), MatFixture.Cell())));

        var e = Assert.Throws<InvalidDataException>(() => PretrainedWeights.Open(file.Path));

        Assert.Contains("an element of", e.Message);
        using TemporaryFile whole = new(MatFixture.File(MatFixture.Cell(MatFixture.Cell(MatFixture.Cell()), MatFixture.Cell())));
        Assert.Contains("without a cell 'layers'", Assert.Throws<InvalidDataException>(() => PretrainedWeights.Open(whole.Path)).Message);
    }

    // RFC 1950, section 2.2: FDICT, data that needs a dictionary which nobody has.
    [Fact]
    public void An_array_of_MATLAB_packed_by_a_dictionary_is_refused()
    {
        const int Header = 128, Tag = 8, Fdict = 0x20;
        byte[] bytes = File.ReadAllBytes(WeightsFixture.Path("vgg.mat"));
        Assert.Equal(0x78, bytes[Header + Tag]);
        bytes[Header + Tag + 1] = (byte)(Fdict + 31 - (((0x78 << 8) + Fdict) % 31));
        using TemporaryFile file = new(bytes);

        Assert.Contains(file.Path, Assert.Throws<InvalidDataException>(() => PretrainedWeights.Open(file.Path)).Message);
    }

    [Fact]
    public void A_file_of_MATLAB_with_very_many_variables_or_arrays_is_refused()
    {
        using TemporaryFile variables = new(MatFixture.File([.. Enumerable.Repeat(MatFixture.Cell(), 65)]));
        // An array of length 0 is its tag alone.
        using TemporaryFile arrays = new(MatFixture.File(MatFixture.Cell([.. Enumerable.Repeat(MatFixture.Empty, 140_000)])));

        Assert.Contains("too many variables", Assert.Throws<InvalidDataException>(() => PretrainedWeights.Open(variables.Path)).Message);
        Assert.Contains("too many arrays", Assert.Throws<InvalidDataException>(() => PretrainedWeights.Open(arrays.Path)).Message);
    }

    [Fact]
    public void A_zip_of_another_kind_is_refused()
    {
        using TemporaryFile file = new(Zip(("model.txt", [1, 2, 3])));

        Assert.Contains("0 entries 'data.pkl'", Assert.Throws<InvalidDataException>(() => PretrainedWeights.Open(file.Path)).Message);
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}""", "'w' [2] of float32 has 8 bytes, its place 16")]
    [InlineData("""{"w":{"dtype":"F32","shape":[5],"data_offsets":[0,20]}}""", "needs 20 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", "leave a gap")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "its tensors need 12 bytes, 16 are there")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}""", "[-4]")]
    [InlineData("""{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,16]}}""", "needs")]
    [InlineData("""{"w":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,16]}}""", "header")]
    [InlineData("""{"w":{"dtype":"F32","shape":[4],"data_offsets":[0]}}""", "data_offsets has 1 values")]
    [InlineData("""{"w":{"dtype":"F8_E4M3","shape":[16],"data_offsets":[0,16]}}""", "type 'F8_E4M3', which is not read")]
    [InlineData("""{"w":{"shape":[4],"data_offsets":[0,16]}}""", "header")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", "two tensors named 'w'")]
    [InlineData("""{"w":7}""", "header")]
    [InlineData("""{"w":""", "header")]
    public void A_safetensors_header_that_lies_is_refused(string header, string reason)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] bytes = [.. BitConverter.GetBytes((long)text.Length), .. text, .. new byte[16]];
        using TemporaryFile file = new(bytes);

        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => PretrainedWeights.Open(file.Path)).Message);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(200_000_000)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public void A_safetensors_header_that_is_too_long_is_refused_before_room_is_made(long length)
    {
        byte[] bytes = new byte[64];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        bytes[8] = (byte)'{';
        using TemporaryFile file = new(bytes);

        Assert.Contains("its header is said to have", Assert.Throws<InvalidDataException>(() => PretrainedWeights.Open(file.Path)).Message);
    }

    private static void ReadAll(string path)
    {
        using var weights = PretrainedWeights.Open(path);
        foreach (PretrainedTensor tensor in weights.Tensors) weights.Read(tensor.Name).Dispose();
    }

    /// <summary>Opens a PyTorch zip whose pickle is these characters (Latin-1), after the protocol.</summary>
    private static IReadOnlyList<PretrainedTensor> OpenPickle(string pickle, byte[]? storage = null)
    {
        List<(string, byte[])> entries = [("archive/data.pkl", [0x80, 0x02, .. Encoding.Latin1.GetBytes(pickle)])];
        if (storage is not null) entries.Add(("archive/data/0", storage));
        using TemporaryFile file = new(Zip([.. entries]));
        using var weights = PretrainedWeights.Open(file.Path);
        return weights.Tensors;
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using MemoryStream bytes = new();
        using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }
}
