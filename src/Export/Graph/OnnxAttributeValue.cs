using System.Text;
using Google.Protobuf;
using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

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
    public static implicit operator OnnxAttributeValue(long[] value)
    {
        var attribute = new AttributeProto { Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(value);
        return new(attribute);
    }

    /// <summary>A list of floats.</summary>
    public static implicit operator OnnxAttributeValue(float[] value)
    {
        var attribute = new AttributeProto { Type = AttributeProto.Types.AttributeType.Floats };
        attribute.Floats.AddRange(value);
        return new(attribute);
    }

    /// <summary>A list of strings, stored as UTF-8.</summary>
    public static implicit operator OnnxAttributeValue(string[] value)
    {
        var attribute = new AttributeProto { Type = AttributeProto.Types.AttributeType.Strings };
        attribute.Strings.AddRange(value.Select(text => ByteString.CopyFrom(text, Encoding.UTF8)));
        return new(attribute);
    }

    internal AttributeProto Named(string name)
    {
        AttributeProto attribute = prototype.Clone();
        attribute.Name = name;
        return attribute;
    }
}
