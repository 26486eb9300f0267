using System.Runtime.InteropServices;

namespace Compat.TorchSharpTests;

public class TensorDataTests
{
    [Fact]
    public void An_accessor_reads_in_rows_whatever_the_strides()
    {
        using var scope = NewDisposeScope();
        var x = arange(6).reshape(2, 3).t();
        var data = x.data<long>();
        Assert.Equal([0L, 3L, 1L, 4L, 2L, 5L], data.ToArray());
        Assert.Equal(4, data[1, 1]);
        Assert.Equal(3, data[1]);
        Assert.Equal(6, data.Count);
        Assert.Equal(new long[,] { { 0, 3 }, { 1, 4 }, { 2, 5 } }, data.ToNDArray());
        var part = new long[3];
        data.CopyTo(part, tensorIndex: 2);
        Assert.Equal([1L, 4L, 2L], part);
    }

    [Fact]
    public void An_accessor_writes()
    {
        using var x = zeros(2, 2);
        var data = x.data<float>();
        data[0, 1] = 5;
        data.CopyFrom([7, 8], tensorIndex: 2);
        Assert.Equal([0f, 5f, 7f, 8f], data.ToArray());
    }

    [Fact]
    public void An_empty_tensor_has_an_empty_array()
    {
        using var x = empty(0, 3);
        Assert.Empty(x.data<float>().ToArray());
    }

    [Fact]
    public void The_wrong_type_is_refused()
    {
        using var x = zeros(1);
        Assert.Equal("Int64 is not compatible with Float32", Assert.Throws<ArgumentException>(() => x.data<long>()).Message);
        using var y = zeros(2);
        Assert.Throws<ArgumentException>(() => y.item<float>());
    }

    [Fact]
    public void Bytes_are_the_tensors_memory()
    {
        using var x = tensor(new[] { 1f, 2f });
        Assert.Equal([1f, 2f], MemoryMarshal.Cast<byte, float>(x.bytes).ToArray());
        x.bytes = MemoryMarshal.AsBytes(new[] { 3f, 4f }.AsSpan());
        Assert.Equal([3f, 4f], x.data<float>().ToArray());
        using var square = zeros(2, 3);
        using var turned = square.t();
        Assert.Throws<InvalidOperationException>(() => turned.bytes.Length);
    }

    [Fact]
    public void One_element_becomes_a_number()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(2.5f, tensor(2.5f).ToSingle());
        Assert.Equal(2, (int)tensor(2.5f));
        Assert.Equal(7L, tensor(new[] { 7 }).ToInt64());
        Assert.True((bool)tensor(true));
        Assert.Equal(float64, tensor(1.5).ToScalar().Type);
        Assert.Equal(new System.Numerics.Complex(1, 2), tensor(new System.Numerics.Complex(1, 2)).ToScalar().ToComplexFloat64());
    }

    [Fact]
    public void A_file_gives_back_what_was_saved()
    {
        using var scope = NewDisposeScope();
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "t");
            var x = randn(3, 4).t();
            save(x, path);
            Assert.True(x.equal(load(path)).all().ToBoolean());

            using (var file = File.Create(path)) x.to(float64).Save(file);
            var back = Tensor.Load(path);
            Assert.Equal(float64, back.dtype);
            Assert.True(x.to(float64).equal(back).all().ToBoolean());
        }
        finally
        {
            folder.Delete(true);
        }
    }

    [Fact]
    public void The_binary_form_is_type_rank_sizes_and_elements()
    {
        using var x = tensor(new byte[,] { { 1, 2, 3 } });
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        x.Save(writer);
        Assert.Equal([0, 2, 1, 3, 1, 2, 3], stream.ToArray());
        using var big = zeros(300, dtype: ScalarType.Byte);
        stream.SetLength(0);
        big.Save(writer);
        Assert.Equal([0, 1, 0xac, 0x02], stream.ToArray()[..4]); // 300 = 0x2c + 2·128
    }

    [Fact]
    public void A_tensor_describes_itself()
    {
        using var x = zeros(2, 3);
        Assert.Equal("[2x3], type = Float32, device = cpu", x.ToString());
    }
}
