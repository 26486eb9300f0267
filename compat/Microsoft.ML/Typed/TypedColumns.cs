using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Which columns a user's class has, of which types.</summary>
internal static class TypedColumns
{
    public static TypedColumn[] Create(Type userType, SchemaDefinition.Direction direction, SchemaDefinition definition) =>
        (definition ?? SchemaDefinition.Create(userType, direction)).Select(column => Bind(userType, column)).ToArray();

    public static DataViewSchema ToSchema(IEnumerable<TypedColumn> columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (TypedColumn column in columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    /// <summary>The class's own definition, with the exact types and annotations of a schema.</summary>
    public static SchemaDefinition DefinitionFor(Type userType, DataViewSchema schema)
    {
        SchemaDefinition definition = SchemaDefinition.Create(userType, SchemaDefinition.Direction.Read);
        foreach (DataViewSchema.Column column in schema)
        {
            SchemaDefinition.Column member = definition[column.Name]
                ?? throw Contracts.Except($"Type should contain a member named {column.Name}");
            member.ColumnType = column.Type;
            member.SetAnnotations(column.Annotations);
        }
        return definition;
    }

    public static IEnumerable<MemberInfo> MembersOf(Type userType, SchemaDefinition.Direction direction)
    {
        const BindingFlags Instance = BindingFlags.Public | BindingFlags.Instance;
        bool read = direction.HasFlag(SchemaDefinition.Direction.Read);
        bool write = direction.HasFlag(SchemaDefinition.Direction.Write);
        IEnumerable<MemberInfo> properties = userType.GetProperties(Instance).Where(property =>
            property.GetIndexParameters().Length == 0 &&
            ((read && property.GetGetMethod() != null) || (write && property.GetSetMethod() != null)));
        return userType.GetFields(Instance).Concat(properties);
    }

    public static bool IsColumn(MemberInfo member) =>
        TypeOf(member) != typeof(IChannel)
        && member is not FieldInfo { IsLiteral: true }
        && member.GetCustomAttribute<NoColumnAttribute>() == null;

    public static Type TypeOf(MemberInfo member) =>
        member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    /// <summary>The item type as a data view carries it: strings as ReadOnlyMemory.</summary>
    public static void GetItemType(Type type, out Type itemType, out bool isVector)
    {
        itemType = type.IsArray ? type.GetElementType()
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>) ? type.GetGenericArguments()[0]
            : type;
        isVector = itemType != type;
        if (itemType == typeof(string))
            itemType = typeof(ReadOnlyMemory<char>);
    }

    /// <summary>The column type registered for a member's item type and attribute, or null for the standard types.</summary>
    public static DataViewType CustomTypeOrNull(MemberInfo member, Type itemType)
    {
        DataViewTypeAttribute[] attributes = member.GetCustomAttributes<DataViewTypeAttribute>().ToArray();
        if (attributes.Length > 1)
            throw Contracts.ExceptParam(nameof(member), $"Member {member.Name} cannot be marked with multiple attributes derived from {typeof(DataViewTypeAttribute)}.");
        attributes.FirstOrDefault()?.Register();
        return DataViewTypeManager.GetDataViewTypeOrNull(itemType, attributes.FirstOrDefault());
    }

    public static DataViewType InferType(MemberInfo member)
    {
        GetItemType(TypeOf(member), out Type itemType, out bool isVector);
        if (CustomTypeOrNull(member, itemType) is DataViewType custom)
            return custom;
        PrimitiveDataViewType item = RawTypes.PrimitiveOrNull(itemType)
            ?? throw Contracts.ExceptParam("rawType", $"Could not determine an IDataView type and registered custom types for member {member.Name}");
        if (member.GetCustomAttribute<KeyTypeAttribute>() is KeyTypeAttribute key)
        {
            Contracts.CheckParam(KeyDataViewType.IsValidDataType(itemType), "userType",
                $"Member {member.Name} marked with KeyType attribute, but does not appear to be a valid kind of data for a key type");
            item = new KeyDataViewType(itemType, key.Count);
        }
        var vector = member.GetCustomAttribute<VectorTypeAttribute>();
        Contracts.CheckParam(vector == null || isVector, "userType",
            $"Member {member.Name} marked with {nameof(VectorTypeAttribute)}, but does not appear to be a vector type");
        if (!isVector)
            return item;
        return vector?.Dims is { Length: > 0 } dims ? new VectorDataViewType(item, dims) : new VectorDataViewType(item, 0);
    }

    private static TypedColumn Bind(Type userType, SchemaDefinition.Column column)
    {
        MemberInfo member = (MemberInfo)userType.GetField(column.MemberName) ?? userType.GetProperty(column.MemberName)
            ?? throw Contracts.ExceptParam("userSchemaDefinition", $"No field or property with name '{column.MemberName}' found in type '{userType.FullName}'");
        string name = string.IsNullOrEmpty(column.ColumnName) ? column.MemberName : column.ColumnName;
        GetItemType(TypeOf(member), out Type itemType, out bool isVector);
        DataViewType type = column.ColumnType ?? InferType(member);
        var vector = type as VectorDataViewType;
        if (isVector != (vector != null))
        {
            throw Contracts.ExceptParam("userSchemaDefinition",
                $"Column '{name}' is supposed to be {(vector != null ? "vector" : "scalar")}, but type of associated field '{column.MemberName}' is {(isVector ? "vector" : "scalar")}");
        }
        Type wanted = vector?.ItemType.RawType ?? type.RawType;
        if (wanted != itemType)
        {
            throw Contracts.ExceptParam("userSchemaDefinition",
                $"Column '{name}' is supposed to have item type {wanted}, but associated field has type {itemType}");
        }
        return new TypedColumn(name, type, member, column.Annotations);
    }
}
