using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Which .NET types, with which attributes, stand for which non-standard column types.</summary>
public static class DataViewTypeManager
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<(Type, DataViewTypeAttribute), DataViewType> TypeOf = new();
    private static readonly Dictionary<DataViewType, (Type, DataViewTypeAttribute)> RawTypeOf = new();

    [Obsolete("This API is deprecated, please use the new form of Register which takes in a single DataViewTypeAttribute instead.", false)]
    public static void Register(DataViewType dataViewType, Type type, IEnumerable<Attribute> typeAttributes)
    {
        Attribute[] attributes = typeAttributes?.ToArray() ?? [];
        Contracts.CheckParam(attributes.Length <= 1, nameof(type), $"Type {type} has too many attributes.");
        if (attributes.Length == 1 && attributes[0] is not DataViewTypeAttribute)
            throw Contracts.ExceptParam(nameof(type), $"Type {type} has an attribute that is not of DataViewTypeAttribute.");
        Register(dataViewType, type, attributes.Length == 1 ? (DataViewTypeAttribute)attributes[0] : null);
    }

    public static void Register(DataViewType dataViewType, Type type, DataViewTypeAttribute typeAttribute = null)
    {
        Contracts.CheckValue(dataViewType, nameof(dataViewType));
        Contracts.CheckValue(type, nameof(type));
        if (type == typeof(string) || RawTypes.PrimitiveOrNull(type) != null || type == typeof(VBuffer<>) || type == typeof(Nullable<>))
        {
            throw Contracts.ExceptParam(nameof(type),
                $"Type {type} has been registered as ML.NET's default supported type, so it can't not be registered again.");
        }
        lock (Gate)
        {
            if (TypeOf.TryGetValue((type, typeAttribute), out DataViewType known) && !known.Equals(dataViewType))
            {
                throw Contracts.ExceptParam(nameof(type),
                    $"Repeated type register. The raw type {type} has been associated with {known} so it cannot be associated with {dataViewType}.");
            }
            if (RawTypeOf.TryGetValue(dataViewType, out (Type Type, DataViewTypeAttribute Attribute) other) && !other.Equals((type, typeAttribute)))
            {
                throw Contracts.ExceptParam(nameof(dataViewType),
                    $"Repeated type register. The DataView type {dataViewType} has been associated with {other.Type} so it cannot be associated with {type}.");
            }
            TypeOf[(type, typeAttribute)] = dataViewType;
            RawTypeOf[dataViewType] = (type, typeAttribute);
        }
    }

    /// <summary>The column type registered for a .NET type and its attribute, or null.</summary>
    internal static DataViewType GetDataViewTypeOrNull(Type type, DataViewTypeAttribute attribute)
    {
        lock (Gate)
            return TypeOf.GetValueOrDefault((type, attribute));
    }

    internal static bool Knows(DataViewType dataViewType)
    {
        lock (Gate)
            return RawTypeOf.ContainsKey(dataViewType);
    }
}
