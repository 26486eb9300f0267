using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Compat.ML.Tests;

/// <summary>Hashes against published values of MurmurHash3 (x86, 32 bits), which a key of 31 bits holds but for the highest bit, plus one.</summary>
public class HashingTests
{
    private const uint Mask = (1u << 31) - 1;
    private readonly MLContext ml = new(seed: 1);

    private static uint Key(uint hash) => (hash & Mask) + 1;

    private IDataView Hashed<TRow>(HashingEstimator.ColumnOptions options, params TRow[] rows)
        where TRow : class
    {
        IDataView data = ml.Data.LoadFromEnumerable(rows);
        return ml.Transforms.Conversion.Hash(options).Fit(data).Transform(data);
    }

    private uint KeyOf<T>(T value, uint seed, bool ordered = false) =>
        Assert.Single(Hashed(new("Hash", "Value", seed: seed, useOrderedHashing: ordered), new Scalar<T> { Value = value }).GetColumn<uint>("Hash"));

    [Theory]
    [InlineData("test", 0u, 0xBA6BD213u)]
    [InlineData("test", 0x9747B28Cu, 0x704B81DCu)]
    [InlineData("Hello, world!", 0u, 0xC0363E43u)]
    [InlineData("Hello, world!", 0x9747B28Cu, 0x24884CBAu)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0u, 0x2E4FF723u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x9747B28Cu, 0x2FA826CDu)]
    [InlineData(" test  ", 0u, 0xBA6BD213u)]
    public void Text_has_the_hash_of_its_bytes(string text, uint seed, uint hash) => Assert.Equal(Key(hash), KeyOf(text, seed));

    [Fact]
    public void Numbers_have_the_hash_of_their_bytes()
    {
        Assert.Equal(Key(0xF55B516B), KeyOf(0x87654321u, 0));
        Assert.Equal(Key(0x2362F9DE), KeyOf(0x87654321u, 0x5082EDEE));
        Assert.Equal(Key(0x2362F9DE), KeyOf(0u, 0));
        Assert.Equal(Key(0x2362F9DE), KeyOf(0, 0));
        Assert.Equal(Key(0x2362F9DE), KeyOf(false, 0));
        Assert.Equal(Key(0x2362F9DE), KeyOf(-0f, 0));
        Assert.Equal(Key(0x76293B50), KeyOf((short)-1, 0));
        Assert.Equal(KeyOf("abcdefgh", 5), KeyOf(BitConverter.ToInt64(Encoding.ASCII.GetBytes("abcdefgh")), 5));
        Assert.Equal(KeyOf("abcdefgh", 5), KeyOf(BitConverter.ToDouble(Encoding.ASCII.GetBytes("abcdefgh")), 5));
        Assert.Equal(KeyOf("abcd", 5), KeyOf(BitConverter.ToSingle(Encoding.ASCII.GetBytes("abcd")), 5));
    }

    [Fact]
    public void Letters_beyond_ASCII_have_the_hash_of_their_bytes_where_they_begin_a_chunk()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("éü");
        Assert.Equal(4, bytes.Length);
        Assert.Equal(KeyOf(BitConverter.ToUInt32(Encoding.UTF8.GetBytes("€a")), 7), KeyOf("€a", 7));
        Assert.NotEqual(KeyOf(BitConverter.ToUInt32(bytes), 7), KeyOf("éü", 7));
    }

    [Fact]
    public void Missing_values_have_no_key()
    {
        Assert.Equal(0u, KeyOf("", 3));
        Assert.Equal(0u, KeyOf(float.NaN, 3));
        Assert.Equal(0u, KeyOf(double.NaN, 3));
    }

    [Fact]
    public void Position_is_hashed_first_where_order_counts()
    {
        IDataView hashed = Hashed(new("Hash", "Value", useOrderedHashing: true), new Vector<string> { Value = ["a", "b", "a"] });
        uint[] keys = Assert.Single(hashed.GetColumn<uint[]>("Hash"));
        Assert.Equal(3, keys.Distinct().Count());
        Assert.Equal(keys[0], KeyOf("a", 314489979, ordered: true));
        Assert.NotEqual(keys[0], KeyOf("a", 314489979));
    }

    [Fact]
    public void Vectors_are_hashed_slot_by_slot()
    {
        IDataView hashed = Hashed(new("Hash", "Value"), new Vector<long> { Value = [4, -7, 4] });
        uint[] keys = Assert.Single(hashed.GetColumn<uint[]>("Hash"));
        Assert.Equal([KeyOf(4L, 314489979), KeyOf(-7L, 314489979), KeyOf(4L, 314489979)], keys);
        Assert.Equal(new VectorDataViewType(new KeyDataViewType(typeof(uint), 1ul << 31), 3), hashed.Schema["Hash"].Type);
    }

    [Fact]
    public void Combined_vector_is_one_key_with_the_hash_of_all_its_bytes()
    {
        IDataView hashed = Hashed(new("Hash", "Value", combine: true), new Vector<int> { Value = [0x64636261, 0x68676665, 0x6C6B6A69] });
        Assert.Equal(KeyOf("abcdefghijkl", 314489979), Assert.Single(hashed.GetColumn<uint>("Hash")));
        Assert.Equal(new KeyDataViewType(typeof(uint), 1ul << 31), hashed.Schema["Hash"].Type);
        IDataView one = Hashed(new("Hash", "Value", combine: true), new One { Value = [-3] }, new One { Value = [8] });
        Assert.Equal([KeyOf(-3L, 314489979), KeyOf(8L, 314489979)], one.GetColumn<uint>("Hash"));
        IDataView missing = Hashed(new("Hash", "Value", combine: true), new Vector<float> { Value = [1, float.NaN, 2] });
        Assert.Equal(0u, Assert.Single(missing.GetColumn<uint>("Hash")));
    }

    [Fact]
    public void Sparse_text_stays_sparse_and_sparse_numbers_do_not()
    {
        var text = new VBuffer<ReadOnlyMemory<char>>(5, 1, ["a".AsMemory()], [3]);
        var numbers = new VBuffer<int>(4, 1, [1], [2]);
        foreach (bool ordered in new[] { false, true })
        {
            VBuffer<uint> textKeys = Assert.Single(Hashed(new("Hash", "Value", useOrderedHashing: ordered), new Sparse<ReadOnlyMemory<char>> { Value = text })
                .GetColumn<VBuffer<uint>>("Hash"));
            Assert.Equal([3], textKeys.GetIndices().ToArray());
            VBuffer<uint> numberKeys = Assert.Single(Hashed(new("Hash", "Value", useOrderedHashing: ordered), new Sparse<int> { Value = numbers })
                .GetColumn<VBuffer<uint>>("Hash"));
            Assert.Equal(4, numberKeys.GetValues().Length);
            Assert.Equal(ordered ? 4 : 2, numberKeys.DenseValues().Distinct().Count());
        }
    }

    [Fact]
    public void Bits_limit_the_keys_and_inverts_name_what_was_hashed()
    {
        string[] names = ["ant", "bee", "cat", "dog", "bee"];
        IDataView data = ml.Data.LoadFromEnumerable(names.Select(name => new Scalar<string> { Value = name }).ToArray());
        ITransformer model = ml.Transforms.Conversion.Hash("Hash", "Value", numberOfBits: 1, maximumNumberOfInverts: -1).Fit(data);
        using var file = new MemoryStream();
        ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        foreach (ITransformer each in new[] { model, ml.Model.Load(file, out _) })
        {
            IDataView hashed = each.Transform(data);
            uint[] keys = hashed.GetColumn<uint>("Hash").ToArray();
            Assert.All(keys, key => Assert.InRange(key, 1u, 2u));
            Assert.Equal(names.Select(name => ((KeyOf(name, 314489979) - 1) & 1) + 1), keys);
            VBuffer<ReadOnlyMemory<char>> values = default;
            hashed.Schema["Hash"].GetKeyValues(ref values);
            string Named(uint key) => names.Distinct().Where(name => keys[Array.IndexOf(names, name)] == key).ToArray() switch
            {
                [] => "",
                [string one] => one,
                string[] several => $"{{{string.Join(',', several)}}}",
            };
            Assert.Equal([Named(1), Named(2)], values.DenseValues().Select(value => value.ToString()));
        }
    }

    [Fact]
    public void Options_that_exclude_each_other_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.Conversion.Hash(new HashingEstimator.ColumnOptions("A", useOrderedHashing: true, combine: true)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.Conversion.Hash(new HashingEstimator.ColumnOptions("A", numberOfBits: 8, maximumNumberOfInverts: 1, combine: true)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.Conversion.Hash("A", maximumNumberOfInverts: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.Conversion.Hash("A", numberOfBits: 8, maximumNumberOfInverts: -2));
    }

    private sealed class Scalar<T>
    {
        public required T Value { get; set; }
    }

    private sealed class One
    {
        [VectorType(1)]
        public required long[] Value { get; set; }
    }

    private sealed class Vector<T>
    {
        [VectorType(3)]
        public required T[] Value { get; set; }
    }

    private sealed class Sparse<T>
    {
        public required VBuffer<T> Value { get; set; }
    }
}
