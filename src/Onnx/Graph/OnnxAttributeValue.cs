using System.Text;
using Google.Protobuf;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>
/// The value of an ONNX node's attribute: an integer, a float, a string, or a list of any of them.
/// Converts implicitly from each, so that a converter writes <c>("strides", layer.stride)</c>.
/// </summary>
public sealed class OnnxAttributeValue
{
    private readonly AttributeProto prototype;

    private OnnxAttributeValue(AttributeProto prototype) => this.prototype = prototype;

    /// <summary>An integer attribute.</summary>
    public static implicit operator OnnxAttributeValue(long value) =>
        new(new AttributeProto { Type = AttributeProto.Types.AttributeType.Int, I = value });

    /// <summary>A float attribute; ONNX keeps 32 bits.</summary>
    public static implicit operator OnnxAttributeValue(double value) =>
        new(new AttributeProto { Type = AttributeProto.Types.AttributeType.Float, F = (float)value });

    /// <summary>A string attribute, stored as UTF-8.</summary>
    public static implicit operator OnnxAttributeValue(string value) =>
        new(new AttributeProto { Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFrom(value, Encoding.UTF8) });

    /// <summary>A list of integers.</summary>
    public static implicit operator OnnxAttributeValue(long[] value) =>
        new(new AttributeProto { Type = AttributeProto.Types.AttributeType.Ints, Ints = { value } });

    /// <summary>A list of floats.</summary>
    public static implicit operator OnnxAttributeValue(float[] value) =>
        new(new AttributeProto { Type = AttributeProto.Types.AttributeType.Floats, Floats = { value } });

    /// <summary>A list of strings, stored as UTF-8.</summary>
    public static implicit operator OnnxAttributeValue(string[] value) =>
        new(new AttributeProto { Type = AttributeProto.Types.AttributeType.Strings, Strings = { value.Select(text => ByteString.CopyFrom(text, Encoding.UTF8)) } });

    internal AttributeProto Named(string name)
    {
        AttributeProto attribute = prototype.Clone();
        attribute.Name = name;
        return attribute;
    }
}
