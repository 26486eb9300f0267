using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Copies rows of one schema into objects of a user's class.</summary>
internal sealed class TypedReader<TRow>
    where TRow : class
{
    private readonly List<(TypedColumn Target, DataViewSchema.Column Column)> pairs = new();

    public TypedReader(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        if (definition == null)
            CheckCustomTypes(schema);
        foreach (TypedColumn target in TypedColumns.Create(typeof(TRow), SchemaDefinition.Direction.Write, definition))
        {
            if (schema.GetColumnOrNull(target.Name) is DataViewSchema.Column column)
                pairs.Add((target, Compatible(target, column)));
            else if (!ignoreMissingColumns)
                throw Contracts.ExceptSchemaMismatch("Schema", "", target.Name);
        }
    }

    public IEnumerable<DataViewSchema.Column> Columns => pairs.Select(pair => pair.Column);

    /// <summary>An action that fills an object from the row's present values.</summary>
    public Action<TRow> Bind(DataViewRow row)
    {
        Action<TRow>[] setters = pairs.Select(pair => MemberSetters.Create<TRow>(pair.Target, row, pair.Column)).ToArray();
        return destination =>
        {
            foreach (Action<TRow> setter in setters)
                setter(destination);
        };
    }

    private static DataViewSchema.Column Compatible(TypedColumn target, DataViewSchema.Column column)
    {
        TypedColumns.GetItemType(target.MemberType, out Type itemType, out bool isVector);
        var vector = column.Type as VectorDataViewType;
        if (isVector != (vector != null) || (vector?.ItemType.RawType ?? column.Type.RawType) != itemType)
        {
            throw Contracts.Except(
                $"Can't bind the IDataView column '{column.Name}' of type '{column.Type}' to field or property '{target.Member.Name}' of type '{target.MemberType.FullName}'.");
        }
        return column;
    }

    // A member of a type that no column can have is told what its column's type is.
    private static void CheckCustomTypes(DataViewSchema schema)
    {
        foreach (var member in TypedColumns.MembersOf(typeof(TRow), SchemaDefinition.Direction.Write).Where(TypedColumns.IsColumn))
        {
            TypedColumns.GetItemType(TypedColumns.TypeOf(member), out Type itemType, out _);
            string name = member.Name;
            if (RawTypes.PrimitiveOrNull(itemType) != null || TypedColumns.CustomTypeOrNull(member, itemType) != null)
                continue;
            if (schema.GetColumnOrNull(name) is DataViewSchema.Column column && column.Type.RawType != itemType)
            {
                throw Contracts.ExceptParam("actualType",
                    $"The expected type '{column.Type.RawType}' does not match the type of the '{name}' member: '{itemType}'. Please change the {name} member to '{column.Type.RawType}'");
            }
        }
    }
}
