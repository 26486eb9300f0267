using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>
/// What <c>PredictionEngine</c>, <c>CreateEnumerable</c> and <c>LoadFromEnumerable</c> need to know of picture columns: they take a property of type
/// <see cref="MLImage"/> only where the column's size was registered, and pictures of any size are a size of their own.
/// </summary>
internal static class PictureTypes
{
#pragma warning disable CA2255 // A library needs this one: rows may be declared before anything else of it is called.
    [ModuleInitializer]
    internal static void RegisterAnySize() => Register(new ImageDataViewType(), null);
#pragma warning restore CA2255

    /// <summary>Registers the types of all picture columns, and gives the schema back.</summary>
    public static DataViewSchema Register(DataViewSchema schema)
    {
        foreach (ImageDataViewType type in schema.Select(column => column.Type).OfType<ImageDataViewType>())
            Register(type);
        return schema;
    }

    /// <summary>Registers a column's type. It may be repeated.</summary>
    public static void Register(ImageDataViewType type)
    {
        if (type.Height > 0)
            Register(type, new ImageTypeAttribute(type.Height, type.Width));
    }

    private static void Register(ImageDataViewType type, ImageTypeAttribute? attribute)
    {
        try
        {
            DataViewTypeManager.Register(type, typeof(MLImage), attribute);
        }
        catch (ArgumentException)
        {
            // The program has registered this type in a way of its own, which then counts.
        }
    }
}
