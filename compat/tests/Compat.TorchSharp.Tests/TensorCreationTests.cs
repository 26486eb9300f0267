namespace Compat.TorchSharpTests;

public class TensorCreationTests
{
    [Fact]
    public void Factories_fill_and_count()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([0f, 0f], zeros(2).data<float>().ToArray());
        Assert.Equal([2L, 3L], ones(2, 3).shape);
        Assert.Equal([1L, 4L, 7L], arange(1, 10, 3).data<long>().ToArray());
        Assert.Equal([0f, 0.25f, 0.5f, 0.75f], arange(0, 1, 0.25).data<float>().ToArray());
        Assert.Equal([0f, 0.5f, 1f], linspace(0, 1, 3).data<float>().ToArray());
        Assert.Equal([1f, 0f, 0f, 0f, 1f, 0f], eye(2, 3).data<float>().ToArray());
        Assert.Equal(int64, full(2, 7).dtype);
        Assert.Equal(float32, full(2, 7.0).dtype);
        Assert.Equal(float64, zeros([2L], dtype: float64).dtype);
        Assert.True(zeros(2, requires_grad: true).requires_grad);
        Assert.Equal(["rows", "columns"], zeros(1, 1, names: ["rows", "columns"]).names);
        Assert.Equal(int32, zeros_like(ones(2), int32).dtype);
        Assert.Equal([3L], ones(2, dtype: int16).new_zeros(3).shape);
    }

    [Fact]
    public void Arrays_of_every_rank_keep_type_and_shape()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(float64, tensor(new[] { 1.0 }).dtype);
        Assert.Equal(int32, tensor(1).dtype);
        Assert.Equal(ScalarType.Byte, tensor(new byte[,] { { 1, 2 } }).dtype);
        Assert.Equal([1L, 2L, 2L], tensor(new float[,,] { { { 1, 2 }, { 3, 4 } } }).shape);
        Assert.Equal([1f, 2f, 3f, 4f], tensor(new float[,] { { 1, 2 }, { 3, 4 } }).data<float>().ToArray());
        Assert.Equal([2L, 2L], tensor(new[] { 1f, 2f, 3f, 4f }, [2, 2]).shape);
        Assert.Equal(float32, tensor(new[] { 1, 2 }, float32).dtype);
        Assert.Equal([1L, 2L], tensor(new List<long> { 1, 2 }).data<long>().ToArray());
        Assert.Equal([true, false], tensor(new[] { true, false }).data<bool>().ToArray());
        Assert.Throws<ArgumentException>(() => tensor(new[] { 1f }, [2, 2]));
    }

    [Fact]
    public void A_tensor_of_an_array_is_a_copy_and_one_from_an_array_is_not()
    {
        using var scope = NewDisposeScope();
        var array = new[] { 1f, 2f };
        var copy = tensor(array);
        var shared = from_array(array);
        array[0] = 9;
        Assert.Equal([1f, 2f], copy.data<float>().ToArray());
        Assert.Equal([9f, 2f], shared.data<float>().ToArray());
        shared.mul_(2);
        Assert.Equal([18f, 4f], array);
        Assert.Equal([4f], frombuffer(array, float32, 1, 1).data<float>().ToArray());
        Assert.Equal(float64, from_array(array, float64).dtype);
    }

    [Fact]
    public void Types_convert_and_devices_have_names()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.7f, -1.7f });
        Assert.Equal([1L, -1L], x.@long().data<long>().ToArray());
        Assert.Equal(float16, x.half().dtype);
        Assert.Equal(x.dtype, x.to(bfloat16).@float().dtype);
        Assert.Equal("cpu", x.device.ToString());
        Assert.Equal("cuda:1", new Device("cuda:1").ToString());
        Assert.Equal(DeviceType.CPU, x.to("cpu").device_type);
        Assert.True(x.is_cpu());
        var same = x.to(float32);
        same.fill_(3); // no copy where there is nothing to convert
        Assert.Equal([3f, 3f], x.data<float>().ToArray());
        var other = x.to(float32, copy: true);
        other.fill_(4);
        Assert.Equal([3f, 3f], x.data<float>().ToArray());
    }
}
