using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A column bound to a field or property of a user's class.</summary>
internal sealed record TypedColumn(string Name, DataViewType Type, MemberInfo Member, DataViewSchema.Annotations Annotations)
{
    public Type MemberType => TypedColumns.TypeOf(Member);
}
