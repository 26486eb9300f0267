namespace MLNetGen;

/// <summary>Precision, recall and F1 over all classes that have rows (not those that are only predicted), each 0 to 1.</summary>
/// <param name="Precision">Mean precision.</param>
/// <param name="Recall">Mean recall.</param>
/// <param name="F1">Mean F1, which is not the F1 of the two means.</param>
public sealed record ClassAverages(double Precision, double Recall, double F1);
