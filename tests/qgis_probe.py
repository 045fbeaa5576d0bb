"""Say as JSON how QGIS reads a GeoPackage; run by a Python that has `qgis`.

python qgis_probe.py FILE PICTURE FIRST LAST, the days between which one picture is
drawn.
"""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsDateTimeRange,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDateTime, QSize, Qt


def told(layer):
    renderer = layer.renderer()
    time = layer.temporalProperties()
    return {
        "valid": layer.isValid(),
        "rows": layer.featureCount(),
        "renderer": renderer.type(),
        "categories": [
            {
                "value": one.value(),
                "parts": [part.layerType() for part in one.symbol().symbolLayers()],
                "colors": [part.color().name() for part in one.symbol().symbolLayers()],
            }
            for one in getattr(renderer, "categories", list)()
        ],
        "time": {
            "active": time.isActive(),
            "mode": int(time.mode()),
            "fields": [time.startField(), time.endField()],
        },
        "aliases": [field.alias() for field in layer.fields()],
        "types": {field.name(): field.typeName() for field in layer.fields()},
    }


def draw(layers, picture, first, last):
    """Draw the layers over a range of days; return how many dark pixels there are."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setOutputSize(QSize(600, 400))
    settings.setDestinationCrs(layers[0].crs())
    extent = layers[0].extent()
    extent.grow(1)
    settings.setExtent(extent)
    settings.setIsTemporal(True)
    days = [QDateTime.fromString(day, Qt.ISODate) for day in (first, last)]
    settings.setTemporalRange(QgsDateTimeRange(*days))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    white = image.pixel(0, 0)
    return sum(
        image.pixel(x, y) != white
        for x in range(image.width())
        for y in range(image.height())
    )


path, picture, *days = sys.argv[1:]
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
# As the user adds the layers one by one, and as the project in the file has them.
alone = {
    one.name(): QgsVectorLayer(f"{path}|layername={one.name()}", one.name(), "ogr")
    for one in QgsProviderRegistry.instance().querySublayers(path)
    if one.name() != "layer_styles"
}
project = QgsProject.instance()
opened = project.read(f"geopackage:{path}?projectName=Tideline")
layers = {layer.name(): layer for layer in project.mapLayers().values()}
span = project.timeSettings().temporalRange()
found = {
    "alone": {name: told(layer) for name, layer in alone.items()},
    "opened": opened,
    "project": {name: told(layer) for name, layer in layers.items()},
    "span": [span.begin().toString(Qt.ISODate), span.end().toString(Qt.ISODate)],
}
events = [layers["events"]]
found["drawn"] = {
    first: draw(events, picture, first, last)
    for first, last in zip(days[::2], days[1::2], strict=True)
}
order = [layers[name] for name in ("events", "control", "areas") if name in layers]
draw(order, picture, days[0], days[-1])
sys.stdout.write(json.dumps(found) + "\n")
project.clear()
alone.clear()
events.clear()
order.clear()
layers.clear()
app.exitQgis()
