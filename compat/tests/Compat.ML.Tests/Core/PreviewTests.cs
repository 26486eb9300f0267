using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.ML.Tests;

public class PreviewTests
{
    [Fact]
    public void Preview_holds_the_first_rows_by_row_and_by_column()
    {
        var ml = new MLContext();
        IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 9).Select(i => new Numbered { Id = i, Value = i }));
        DataDebuggerPreview preview = ml.Transforms.CopyColumns("Copy", "Id").Preview(data, maxRows: 3);
        Assert.Equal("3 columns, 3 rows", preview.ToString());
        Assert.Equal([0, 1, 2], preview.ColumnView[2].Values.Cast<int>());
        Assert.Equal(KeyValuePair.Create("Copy", (object)2), preview.RowView[2].Values[2]);
    }
}
