using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>
/// A schema as bytes: names, types and those annotations that are text or numbers.
/// Columns of custom types, images among them, are left out, as the real package leaves them out.
/// </summary>
internal static class SchemaFile
{
    public static void Write(BinaryWriter writer, DataViewSchema schema)
    {
        DataViewSchema.Column[] columns = schema.Where(column => TypeCodec.CanWrite(column.Type)).ToArray();
        Runtime.Contracts.Check(columns.Length > 0, "No valid columns to save");
        writer.Write(columns.Length);
        foreach (DataViewSchema.Column column in columns)
        {
            writer.Write(column.Name);
            TypeCodec.Write(writer, column.Type);
            DataViewSchema.Column[] annotations = column.Annotations.Schema.Where(annotation => ValueCodec.CanWrite(annotation.Type)).ToArray();
            writer.Write(annotations.Length);
            foreach (DataViewSchema.Column annotation in annotations)
            {
                writer.Write(annotation.Name);
                TypeCodec.Write(writer, annotation.Type);
                ValueCodec.WriteFrom(writer, annotation.Type, column.Annotations.GetGetterInternal(annotation.Index));
            }
        }
    }

    public static DataViewSchema Read(BinaryReader reader)
    {
        var schema = new DataViewSchema.Builder();
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString();
            DataViewType type = TypeCodec.Read(reader);
            var annotations = new DataViewSchema.Annotations.Builder();
            int annotationCount = reader.ReadInt32();
            for (int j = 0; j < annotationCount; j++)
            {
                string kind = reader.ReadString();
                DataViewType annotationType = TypeCodec.Read(reader);
                annotations.Add(kind, annotationType, ValueCodec.ReadGetter(reader, annotationType));
            }
            schema.AddColumn(name, type, annotations.ToAnnotations());
        }
        return schema.ToSchema();
    }
}
