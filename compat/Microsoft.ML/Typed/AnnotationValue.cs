using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A user's annotation value (scalar, string, array or VBuffer) as a getter of its column type.</summary>
internal static class AnnotationValue
{
    public static Delegate ToGetter<T>(T value, DataViewType type)
    {
        TypedColumns.GetItemType(typeof(T), out Type itemType, out bool isVector);
        var vector = type as VectorDataViewType;
        if (isVector != (vector != null))
        {
            throw Contracts.Except(
                $"Value inputted is supposed to be {(isVector ? "vector" : "scalar")}, but type of Annotationinfo is {(vector != null ? "vector" : "scalar")}");
        }
        Type wanted = vector?.ItemType.RawType ?? type.RawType;
        if (itemType != wanted)
            throw Contracts.Except($"Value inputted is supposed to have Type {itemType}, but type of Annotationinfo has {wanted}");
        return MemberGetters.Create(typeof(T), type, isKeyMember: false, () => value);
    }
}
